"""A real multi-process Odoo and the tills of many cashiers, on this machine's loopback only."""

import contextlib
import http.client
import http.cookiejar
import json
import os
import random
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from dev import demo, paths, stage
from dev.database import PREFIX, Databases
from dev.steps import run

WORKERS = 3
FEW = 8  # debts
PATIENCE = 60  # seconds a till waits for an answer
LOST = (OSError, http.client.HTTPException, json.JSONDecodeError)


class Refusal(Exception):
    """The server's error, by its exception's name."""

    def __init__(self, error):
        self.name = error.get("data", {}).get("name", "")
        self.debug = error.get("data", {}).get("debug", "")
        super().__init__(error.get("data", {}).get("message") or error.get("message"))


class Till:
    """A cashier logged in over HTTP."""

    user = "cashier"

    def __init__(self, url, database, session, user=None):
        self.url, self.session = url, session
        self.user = user or self.user
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.post("/web/session/authenticate", db=database, login=self.user, password=self.user)

    def post(self, path, **params):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with self.opener.open(request, timeout=PATIENCE) as response:
            answer = json.load(response)
        if "error" in answer:
            raise Refusal(answer["error"])
        return answer["result"]

    def call(self, method, *args):
        return self.call_model("pos.session", method, [self.session], *args)

    def call_model(self, model, method, *args, **context):
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs={"context": context} if context else {},
        )


class Desk(Till):
    """An accountant with the queue of proposals."""

    user = "accountant"

    def __init__(self, url, database):
        super().__init__(url, database, session=None)

    def decide(self, action, proposal):
        self.call_model("pos_receivable.match.proposal", action, [proposal])

    def choose(self, proposal, item, amount):
        line = [0, 0, {"line_id": item, "amount": amount}]
        values = {"proposal_id": proposal, "line_ids": [line]}
        [wizard] = self.call_model("pos_receivable.match.choose", "create", [values])
        self.call_model("pos_receivable.match.choose", "action_confirm", [wizard])


@dataclass
class Request:
    """One attempt of a cashier: the same whenever it is sent."""

    uuid: str
    partner: int
    journal: int
    allocations: dict[tuple, float]  # by the key that says what is paid, and its value
    on_account: float = 0.0

    def send(self, till):
        parts = [{key: id_, "amount": part} for (key, id_), part in self.allocations.items()]
        rest = (None, "", None, self.on_account)
        return till.call(
            "collect_invoice_payment", self.uuid, self.partner, self.journal, parts, *rest
        )


@dataclass
class Diary:
    """What the tills were answered."""

    paid: dict[str, dict] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    lost: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note_payment(self, uuid, payment):
        with self.lock:
            known = self.paid.setdefault(uuid, payment)
            if known != payment:
                self.contradictions.append(uuid)

    def wait_for_answer(self, seconds):
        """Until somebody gets an answer, at most so long."""
        before, end = self._count_answers(), time.monotonic() + seconds
        while self._count_answers() == before and time.monotonic() < end:
            time.sleep(0.01)

    def _count_answers(self):
        return len(self.paid) + len(self.refused)


class Counter:
    """A running server with an open shop, and its books seen from the database."""

    def __init__(self, databases, name, process, url, shop):
        self.databases, self.name, self.process, self.url = databases, name, process, url
        self.shop = shop

    def make_requests(self, count, chance, debts):
        """Payments on one or two debts each, which together exceed what is due; of some, a part is
        kept on account. Neighbours are about the same few debts, so that they collide however
        many there are."""
        for number in range(count):
            first = number * len(debts) // count
            chosen = chance.sample(
                debts[min(first, len(debts) - FEW) :][:FEW], chance.choice([1, 1, 2])
            )
            yield Request(
                f"{number}-{chance.getrandbits(32)}",
                self.shop["partner"],
                chance.choice(self.shop["journals"]),
                {tuple(debt): chance.randrange(100, 5000) / 100 for debt in chosen},
                chance.choice([0.0, 0.0, 0.0, 7.25]),
            )

    def login(self, user=None):
        return Till(self.url, self.name, self.shop["session"], user)

    def sit_down(self):
        return Desk(self.url, self.name)

    def workers(self):
        """The processes that answer requests."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if b"\0gevent\0" not in _command_line(child)]

    def kill_workers(self):
        for worker in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    def read_payments(self):
        """``{uuid: [(id, amount, whether posted, what its debts were credited, what is kept)]}``; what
        is kept for an order that is not in the books yet is credited to it."""
        rows = self.sql(
            """
            SELECT payment.pos_invoice_payment_uuid, payment.id, payment.amount::float,
                   move.state = 'posted' AND payment.state IN ('in_process', 'paid'),
                   (SELECT COALESCE(SUM(partial.amount), 0)::float
                      FROM account_partial_reconcile partial
                      JOIN account_move_line credit ON credit.id = partial.credit_move_id
                      JOIN account_move_line debit ON debit.id = partial.debit_move_id
                      JOIN account_move invoice ON invoice.id = debit.move_id
                     WHERE credit.move_id = move.id
                       AND (invoice.move_type = 'out_invoice'
                            OR debit.pos_receivable_payment_id IS NOT NULL))
                   + (SELECT COALESCE(-SUM(kept.amount_residual), 0)::float
                        FROM account_move_line kept
                       WHERE kept.move_id = move.id AND kept.pos_receivable_payment_id IS NOT NULL),
                   (SELECT COALESCE(-SUM(kept.amount_residual), 0)::float
                      FROM account_move_line kept
                     WHERE kept.move_id = move.id AND kept.pos_receivable_on_account
                       AND kept.pos_receivable_payment_id IS NULL)
              FROM account_payment payment LEFT JOIN account_move move ON move.id = payment.move_id
             WHERE payment.pos_session_id = %s AND payment.pos_invoice_payment_uuid IS NOT NULL
               AND payment.partner_id = %s
            """,
            [self.shop["session"], self.shop["partner"]],
        )
        payments = {}
        for uuid, *values in rows:
            payments.setdefault(uuid, []).append(tuple(values))
        return payments

    def read_due(self):
        """What is due of each debt of the crowd's customer."""
        rows = self.sql(
            """
            SELECT amount_residual::float FROM account_move
             WHERE partner_id = %(partner)s AND move_type = 'out_invoice'
             UNION ALL
            SELECT COALESCE(
                       (SELECT booked.amount_residual::float FROM account_move_line booked
                         WHERE booked.pos_receivable_payment_id = bought.id AND booked.balance > 0),
                       bought.amount::float + (
                           SELECT COALESCE(SUM(kept.amount_residual), 0)::float
                             FROM account_move_line kept
                            WHERE kept.pos_receivable_payment_id = bought.id AND kept.balance < 0)
                   )
              FROM pos_payment bought
              JOIN pos_order ON pos_order.id = bought.pos_order_id
             WHERE pos_order.partner_id = %(partner)s
            """.replace("%(partner)s", str(int(self.shop["partner"]))),
            [],
        )
        return [due for (due,) in rows]

    def read_desk_money(self):
        """What stands on the suspense account of the transfers the desks decide on, positive."""
        [(money,)] = self.sql(
            """
            SELECT -COALESCE(SUM(suspense.balance), 0)::float
              FROM account_bank_statement_line line
              JOIN account_journal journal ON journal.id = line.journal_id
              JOIN account_move_line suspense ON suspense.move_id = line.move_id
               AND suspense.account_id = journal.suspense_account_id
             WHERE line.id = ANY(%s)
            """,
            [self.shop["desk_lines"]],
        )
        return money

    def reconcile(self, runners, kills, seed):
        """Nightly runs at once, killed and started again; how many were killed."""
        here = self.databases.stage
        arguments = [str(stage.CONFIG), self.name, str(runners), str(kills), str(seed)]
        script = here.script("nightly", *arguments)
        problem = "The nightly runs failed."
        log = f"{self.name}-nightly"
        answer = run(script, log=log, problem=problem, env=here.environment())
        return int(answer.splitlines()[-1])

    def sql(self, statement, values):
        return self.databases.sql(self.name, statement, values)

    def log(self):
        return demo.log_of(self.name).read_text()


def _command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b"\0gevent\0"  # it just ended


@contextlib.contextmanager
def serving(invoices, leftovers, proposals):
    """A shop on a database of its own, served by several processes; all gone afterwards."""
    here = stage.current()
    databases = Databases(here)
    name = f"{PREFIX}_crowd_{paths.CHECKOUT_ID}"
    try:
        databases.install(name)
        counts = map(str, (invoices, leftovers, proposals))
        script = here.script("crowd", str(stage.CONFIG), name, *counts)
        problem = "The shop for the crowd could not be opened."
        answer = run(script, log=f"{name}-shop", problem=problem, env=here.environment())
        shop = json.loads(answer.splitlines()[-1])
        with started(databases, name, shop) as counter:
            yield counter
    finally:
        databases.drop(name)


@contextlib.contextmanager
def started(databases, name, shop):
    here = databases.stage
    options = [
        f"--workers={WORKERS}",
        "--max-cron-threads=0",
        f"--gevent-port={_any_free_port()}",
        "--log-level=warn",
    ]
    with demo.odoo(here, name, here.environment(), *options) as (process, url):
        yield Counter(databases, name, process, url, shop)


def _any_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_together(functions):
    """Run each in a thread of its own; the first failure is raised."""
    failures = []

    def guard(function):
        try:
            function()
        except BaseException as failure:  # noqa: BLE001 - raised below, in the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=guard, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def pause(chance, seconds):
    time.sleep(chance.uniform(0, seconds))


def make_chance(seed):
    return random.Random(seed)

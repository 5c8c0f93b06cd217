"""Many cashiers at once, and servers that die: on a real multi-process Odoo with its own database.

``make soak`` runs the same for longer, see dev/soak.py.
"""

import functools
import itertools
import os
import queue
import re
import threading
import time

import pytest

from dev.tests import crowd

TILLS = 5
PAYMENTS = int(os.environ.get("POS_RECEIVABLE_SOAK_PAYMENTS", "40"))
DEBTS = max(crowd.FEW, PAYMENTS // 5)
KILLS = int(os.environ.get("POS_RECEIVABLE_SOAK_KILLS", "50"))
LEFTOVERS = max(100, KILLS)
PROPOSALS = max(10, PAYMENTS // 4)

SEED = int(os.environ.get("POS_RECEIVABLE_SOAK_SEED", "0"))
SECONDS = float(os.environ.get("POS_RECEIVABLE_SOAK_SECONDS", "inf"))
MOST_ATTEMPTS = 200
TENTH = 0.1  # seconds, about what a payment takes


@pytest.fixture(scope="module")
def counter():
    with crowd.serving(DEBTS + KILLS, LEFTOVERS, PROPOSALS) as counter:
        yield counter


def test_cashiers_who_pay_the_same_debts_at_once_book_each_payment_once(counter):
    """Every request is sent by two tills at the same time, on few invoices and receipts: most collide."""
    end = time.monotonic() + SECONDS
    chance = crowd.make_chance(SEED)
    diary = crowd.Diary()
    requests = queue.Queue()
    for request in counter.make_requests(PAYMENTS, chance, counter.shop["debts"][:DEBTS]):
        requests.put(request)
        requests.put(request)

    def work():
        till = counter.login()
        while time.monotonic() < end:
            try:
                request = requests.get_nowait()
            except queue.Empty:
                return
            try:
                diary.note_payment(request.uuid, request.send(till)["payment"])
            except crowd.Refusal as refusal:
                diary.refused.append(refusal)

    crowd.run_together([work] * TILLS)
    assert diary.paid
    assert_only_refused_in_words(diary)
    assert_booked_once(counter, diary)
    assert_log_is_clean(counter)
    print(f"\n{len(diary.paid)} payments booked once, {len(diary.refused)} requests refused")


def test_managers_who_pay_the_same_credits_out_at_once_pay_each_once(counter):
    """Two send the same request, a third one of their own, for more than would be left."""
    partner, journal = counter.shop["desk_partner"], counter.shop["journals"][0]
    till = counter.login()
    for number in range(crowd.FEW):
        crowd.Request(f"kept-{number}", partner, journal, {}, 10.0).send(till)
    credits = [row["id"] for row in till.call("get_open_credits", partner) if row["on_account"]]
    assert len(credits) == crowd.FEW
    together, diary = threading.Barrier(3), crowd.Diary()

    def work(name):
        manager = counter.login("manager")
        for credit in credits:
            together.wait(crowd.PATIENCE)
            uuid = f"{name}-{credit}"
            try:
                answer = manager.call("refund_on_account", uuid, credit, 6.0, journal)
                diary.note_payment(uuid, answer["payment"])
            except crowd.Refusal as refusal:
                diary.refused.append(refusal)

    crowd.run_together([functools.partial(work, name) for name in ("same", "same", "other")])
    assert_only_refused_in_words(diary)
    assert len(diary.paid) == len(credits), "Each credit is enough for one payout"
    left = [row["amount"] for row in till.call("get_open_credits", partner)]
    assert left == [4.0] * len(credits)
    [(count, paid_out)] = counter.sql(
        """SELECT COUNT(*), SUM(amount)::float FROM account_payment
            WHERE partner_id = %s AND payment_type = 'outbound' AND state IN ('in_process', 'paid')""",
        [partner],
    )
    assert (count, paid_out) == (len(credits), 6.0 * len(credits))
    assert_log_is_clean(counter)


def test_tills_that_sell_on_one_account_at_once_are_granted_what_it_can_bear(counter):
    """Three ask at the same moment, for more than two could have; whoever comes second sees what the
    first was granted. Each asks twice, as after a lost answer, and gives it back for the next round."""
    partner, rounds, tills = counter.shop["credit_partner"], 6, 3
    together, answers = threading.Barrier(tills), [[] for _round in range(rounds)]

    def work(name):
        till = counter.login()
        for number, answered in enumerate(answers):
            uuid = f"credit-{name}-{number}"
            order = f"order-{uuid}"
            together.wait(crowd.PATIENCE)
            for _attempt in range(2):
                answer = till.call("authorize_customer_account", uuid, order, partner, 60.0)
            answered.append(answer["state"])
            together.wait(crowd.PATIENCE)
            till.call("release_customer_account", uuid)

    crowd.run_together([functools.partial(work, name) for name in range(tills)])
    assert [sorted(states) for states in answers] == [["authorized", "refused", "refused"]] * rounds
    [(count, released)] = counter.sql(
        """SELECT COUNT(*), COUNT(*) FILTER (WHERE state = 'released')
             FROM pos_receivable_credit_authorization WHERE partner_id = %s""",
        [partner],
    )
    assert (count, released) == (rounds * tills, rounds * tills)
    assert_log_is_clean(counter)


def test_orders_on_account_are_due_once_while_their_shop_closes_and_they_are_invoiced(counter):
    """Three tills take parts for what was bought today; the manager closes that shop in the middle of
    it, and has an accountant's invoice written for some of the orders, before and after."""
    shop, diary = counter.shop, crowd.Diary()
    chance = crowd.make_chance(SEED + 3)
    orders = dict(shop["orders"])
    first, second = list(orders)[:2], list(orders)[2:4]
    answered = threading.Semaphore(0)
    uuids = itertools.count()

    def pay(till):
        for _round in range(4):
            for uuid in chance.sample(list(orders.values()), len(orders)):
                request = crowd.Request(
                    f"order-{next(uuids)}",
                    shop["orders_partner"],
                    shop["journals"][0],
                    {("pos_payment_uuid", uuid): chance.randrange(100, 2000) / 100},
                )
                try:
                    diary.note_payment(request.uuid, request.send(till)["payment"])
                except crowd.Refusal as refusal:
                    diary.refused.append(refusal)
                answered.release()

    def manage():
        manager = counter.login("admin")  # who may invoice what a closed session has sold
        for act, chosen in (("invoice", first), ("close", None), ("invoice", second)):
            for _answer in range(8):
                assert answered.acquire(timeout=crowd.PATIENCE)
            for order in chosen or ():
                invoice_at_last(manager, order)
            if act == "close":
                manager.call_model("pos.session", "close_session_from_ui", [shop["orders_session"]])

    crowd.run_together([manage, *(functools.partial(pay, counter.login()) for _till in range(3))])
    assert_only_refused_in_words(diary)
    assert diary.paid
    taken = sum(payment["amount"] for payment in diary.paid.values())
    [(state,)] = counter.sql(
        "SELECT state FROM pos_session WHERE id = %s", [shop["orders_session"]]
    )
    assert state == "closed"
    invoiced = counter.sql(
        "SELECT id FROM pos_order WHERE id = ANY(%s) AND account_move IS NOT NULL", [list(orders)]
    )
    assert sorted(id_ for (id_,) in invoiced) == first + second
    residuals = counter.sql(
        """SELECT line.amount_residual::float FROM account_move_line line
             JOIN account_account account ON account.id = line.account_id
            WHERE line.partner_id = %s AND account.account_type = 'asset_receivable'
              AND line.parent_state = 'posted' AND NOT line.reconciled""",
        [shop["orders_partner"]],
    )
    open_parts = [part for (part,) in residuals]
    assert all(part > 0 for part in open_parts), "Money taken for an order is open against it"
    assert sum(open_parts) == pytest.approx(100.0 * len(orders) - taken)
    failures = counter.sql(
        """SELECT issue.error FROM pos_receivable_reconcile_issue issue
             JOIN account_move_line line ON line.move_id = issue.move_id
            WHERE line.partner_id = %s AND issue.state = 'open'""",
        [shop["orders_partner"]],
    )
    assert not failures
    assert_log_is_clean(counter)
    print(f"\n{len(diary.paid)} parts of {len(orders)} orders taken, {len(diary.refused)} refused")


def invoice_at_last(manager, order):
    """The core refuses in words while a till holds the order: whoever wants the invoice asks again."""
    for _attempt in range(MOST_ATTEMPTS):
        try:
            # Printing takes long, and asks a server with few workers for its styles.
            options = {"generate_pdf": False}
            manager.call_model("pos.order", "action_pos_order_invoice", [order], **options)
            return
        except crowd.Refusal as refusal:
            assert "already being invoiced" in str(refusal), refusal.debug
            time.sleep(TENTH)
    raise AssertionError(f"Not invoiced after {MOST_ATTEMPTS} attempts")


def test_nightly_runs_are_killed_while_cashiers_take_money_for_the_same_invoices(counter):
    """Three runs at once, of which one is killed again and again, and tills that pay some of the
    invoices the runs are about to reconcile with money that is there already."""
    end = time.monotonic() + SECONDS
    chance = crowd.make_chance(SEED + 2)
    diary = crowd.Diary()
    leftovers, kills = counter.shop["leftovers"], 0
    wanted = chance.sample(leftovers, len(leftovers) // 3)

    def pay():
        till = counter.login()
        while wanted and time.monotonic() < end:
            invoice = wanted.pop()
            request = crowd.Request(
                f"late-{invoice}",
                counter.shop["late_partner"],
                counter.shop["journals"][0],
                {("invoice_id", invoice): 100.0},
            )
            try:
                diary.note_payment(request.uuid, request.send(till)["payment"])
            except crowd.Refusal as refusal:
                diary.refused.append(refusal)

    def reconcile():
        nonlocal kills
        kills = counter.reconcile(runners=3, kills=KILLS, seed=SEED)

    crowd.run_together([reconcile, pay, pay])
    assert_only_refused_in_words(diary)
    due = dict(
        counter.sql(
            "SELECT id, amount_residual::float FROM account_move WHERE id = ANY(%s)", [leftovers]
        )
    )
    assert set(due.values()) == {0.0}, "An invoice is left open, or was paid too often"
    [(credit,)] = counter.sql(
        """SELECT SUM(line.amount_residual)::float FROM account_move_line line
             JOIN account_account account ON account.id = line.account_id
            WHERE line.partner_id = %s AND account.account_type = 'asset_receivable'""",
        [counter.shop["late_partner"]],
    )
    assert -credit == pytest.approx(100.0 * len(diary.paid)), "What was paid twice stays a credit"
    [(logged, reconciled)] = counter.sql(
        """SELECT COALESCE(SUM(amount), 0)::float, COUNT(*)
             FROM pos_receivable_reconcile_run_line
            WHERE outcome = 'reconciled' AND move_id = ANY(%s)""",
        [leftovers],
    )
    by_night = len(leftovers) - len(diary.paid)
    assert (logged, reconciled) == (pytest.approx(100.0 * by_night), by_night)
    assert (
        counter.sql("SELECT state FROM pos_receivable_reconcile_run WHERE state != 'done'", [])
        == []
    )
    print(
        f"\n{kills} nightly runs killed, {by_night} invoices reconciled, {len(diary.paid)} at tills"
    )


def test_accountants_who_accept_two_payments_of_one_payer_at_once_both_succeed(counter):
    """Both teach whom the payer pays for, which nobody knew before."""
    proposals = counter.shop["desk_proposals"]
    together = threading.Barrier(2)

    def work(desk, proposals):
        for proposal in proposals:
            together.wait(crowd.PATIENCE)
            desk.decide("action_accept", proposal)

    crowd.run_together(
        [functools.partial(work, counter.sit_down(), proposals[part::2]) for part in range(2)]
    )
    known = counter.sql(
        "SELECT count FROM pos_receivable_match_alias WHERE partner_id = %s",
        [counter.shop["desk_partner"]],
    )
    assert known == [[2]] * (len(proposals) // 2)
    desk = counter.sit_down()
    for proposal in proposals:
        desk.decide("action_undo", proposal)
    assert_log_is_clean(counter)


def test_accountants_who_decide_on_the_same_money_at_once_book_it_once(counter):
    """For each invoice at the same moment: two accept what is proposed for it, a third chooses it
    for other money, and a till collects it. Then two take back whatever was booked."""
    diary = crowd.Diary()
    shop = counter.shop
    together = threading.Barrier(4)
    rounds = list(
        zip(
            shop["desk_proposals"],
            shop["desk_strays"],
            shop["desk_items"],
            shop["desk_invoices"],
            strict=True,
        )
    )

    def sit(decide):
        desk = counter.sit_down()

        def work():
            for proposal, stray, item, _invoice in rounds:
                together.wait(crowd.PATIENCE)
                try:
                    decide(desk, proposal, stray, item)
                except crowd.Refusal as refusal:
                    diary.refused.append(refusal)

        return work

    def accept(desk, proposal, _stray, _item):
        desk.decide("action_accept", proposal)

    def choose(desk, _proposal, stray, item):
        desk.choose(stray, item, 100.0)

    def collect():
        till = counter.login()
        for _proposal, _stray, _item, invoice in rounds:
            request = crowd.Request(
                f"desk-{invoice}",
                shop["desk_partner"],
                shop["journals"][0],
                {("invoice_id", invoice): 100.0},
            )
            together.wait(crowd.PATIENCE)
            try:
                diary.note_payment(request.uuid, request.send(till)["payment"])
            except crowd.Refusal as refusal:
                diary.refused.append(refusal)

    crowd.run_together([sit(accept), sit(accept), sit(choose), collect])
    assert_only_refused_in_words(diary)
    booked = assert_decided_once(counter, diary)
    undone = take_back_together(counter, [proposal for proposal, _invoice in booked])
    assert undone == len(booked), "Each booking is taken back by one of the two"
    assert counter.read_desk_money() == pytest.approx(250.0 * len(rounds))
    assert_log_is_clean(counter)
    print(
        f"\n{len(rounds)} invoices: {len(booked)} bookings at desks, {len(diary.paid)} at the till,"
        f" {len(diary.refused)} refused"
    )


def take_back_together(counter, proposals):
    """Two undo each of the proposals at the same moment; how often it was done."""
    together, refused = threading.Barrier(2), []

    def work(desk):
        for proposal in proposals:
            together.wait(crowd.PATIENCE)
            try:
                desk.decide("action_undo", proposal)
            except crowd.Refusal as refusal:
                refused.append(refusal)

    desks = [counter.sit_down() for _desk in range(2)]
    crowd.run_together([functools.partial(work, desk) for desk in desks])
    assert_only_refused_in_words(crowd.Diary(refused=refused))
    return 2 * len(proposals) - len(refused)


def assert_decided_once(counter, diary):
    """Every invoice is paid, once: by a desk or by the till. The log says so, and money that came
    second is where it was.

    :return: ``[(proposal, invoice)]`` of what the desks booked
    """
    shop = counter.shop
    due = counter.sql(
        "SELECT id, amount_residual::float FROM account_move WHERE id = ANY(%s)",
        [shop["desk_invoices"]],
    )
    assert {amount for _invoice, amount in due} <= {0.0, 100.0}
    credits = counter.sql(
        """SELECT debit.move_id, COUNT(*), SUM(partial.amount)::float
             FROM account_partial_reconcile partial
             JOIN account_move_line debit ON debit.id = partial.debit_move_id
            WHERE debit.move_id = ANY(%s) GROUP BY debit.move_id""",
        [shop["desk_invoices"]],
    )
    assert all(paid == (1, 100.0) for _invoice, *rest in credits for paid in [tuple(rest)])
    assert len(credits) == sum(amount == 0.0 for _invoice, amount in due)
    booked = counter.sql(
        """SELECT decision.subject_id, (item.booked->>'item')::int
             FROM pos_receivable_decision decision,
                  jsonb_array_elements(decision.outcome->'booked') item(booked)
            WHERE decision.subject_id = ANY(%s) AND decision.action IN ('accept', 'choose')
              AND NOT EXISTS (SELECT FROM pos_receivable_decision later
                               WHERE later.subject_id = decision.subject_id
                                 AND later.id > decision.id AND later.action = 'undo')""",
        [shop["desk_proposals"] + shop["desk_strays"]],
    )
    assert len(booked) + len(diary.paid) == len(credits), (
        "The log tells more or less than the books"
    )
    used = 100.0 * len(booked)
    assert counter.read_desk_money() == pytest.approx(250.0 * len(shop["desk_items"]) - used)
    return booked


def test_a_worker_killed_at_any_moment_loses_and_doubles_nothing(counter):
    """A till whose answer is lost asks again, with the same request, until it is answered. All
    workers die at once, at a random moment while the tills are waiting for answers."""
    end = time.monotonic() + SECONDS
    chance = crowd.make_chance(SEED + 1)
    diary = crowd.Diary()
    debts = counter.shop["debts"][DEBTS:]
    requests = queue.Queue()
    kills = 0

    def work(till):
        while (request := requests.get()) is not None:
            pay_until_answered(till, request, diary)
            assert counter.process.poll() is None, "The whole server ended"

    def kill():
        nonlocal kills
        supply = counter.make_requests(KILLS * TILLS, chance, debts)
        for _kill in range(KILLS):
            if time.monotonic() > end:
                break
            while requests.qsize() < TILLS:
                requests.put(next(supply))
            crowd.pause(chance, 5 * TENTH)
            counter.kill_workers()
            kills += 1
            # On a busy machine the new ones would else die before they have served anybody.
            diary.wait_for_answer(crowd.PATIENCE)
        for _till in range(TILLS):
            requests.put(None)

    tills = [counter.login() for _till in range(TILLS)]
    crowd.run_together([kill, *(functools.partial(work, till) for till in tills)])
    assert diary.lost >= kills / 2, f"Only {diary.lost} answers were lost at {kills} kills"
    assert_only_refused_in_words(diary)
    assert_booked_once(counter, diary)

    counter.process.kill()
    counter.process.wait()
    with crowd.started(counter.databases, counter.name, counter.shop) as counter_again:
        assert_booked_once(counter_again, diary)
        till, history = counter_again.login(), []
        while page := till.call("get_invoice_payments", len(history)):
            history += page
        known = {payment["id"] for payment in diary.paid.values()}
        assert {entry["id"] for entry in history if entry["state"] == "posted"} >= known
    print(f"\n{kills} kills, {diary.lost} lost answers, {len(diary.paid)} payments booked once")


def pay_until_answered(till, request, diary):
    for _attempt in range(MOST_ATTEMPTS):
        try:
            diary.note_payment(request.uuid, request.send(till)["payment"])
            return
        except crowd.Refusal as refusal:
            diary.refused.append(refusal)
            return
        except crowd.LOST:
            diary.lost += 1
            time.sleep(TENTH)
    raise AssertionError(f"No answer to {MOST_ATTEMPTS} requests")


def assert_only_refused_in_words(diary):
    surprising = [
        (refusal.name, str(refusal), refusal.debug[-2000:])
        for refusal in diary.refused
        if refusal.name != "odoo.exceptions.UserError"
    ]
    assert not surprising, surprising[0]
    assert not diary.contradictions


def assert_booked_once(counter, diary):
    """Everything answered as paid is in the books once and settles what it was taken for; nothing
    else is, and no debt was paid too much or too little for it."""
    payments = counter.read_payments()
    for uuid, answer in diary.paid.items():
        assert len(payments[uuid]) == 1, f"{uuid} was booked {len(payments[uuid])} times"
        [(id_, amount, is_posted, _settled, kept)] = payments[uuid]
        assert (id_, amount, is_posted) == (answer["id"], answer["amount"], True)
        assert kept == pytest.approx(answer["on_account"])
    settled = 0
    for uuid, [(id_, amount, is_posted, credited, kept)] in payments.items():
        assert is_posted, f"{uuid} is half booked: payment {id_}"
        assert credited + kept == pytest.approx(amount), f"{uuid} settles {credited} of {amount}"
        settled += credited
    due = counter.read_due()
    assert min(due) >= 0
    assert sum(due) + settled == pytest.approx(100.0 * len(due))


def assert_log_is_clean(counter):
    """But for writes of the core that came second, which the server tries again by itself: it counts,
    for example, how often a customer was posted to."""
    log = re.sub(
        r"[^\n]* ERROR \S+ odoo\.sql_db: bad query:(?:(?! ERROR ).)*?\nERROR: +could not serialize access[^\n]*",
        "",
        counter.log(),
        flags=re.DOTALL,
    )
    lines = [line for line in log.splitlines() if " ERROR " in line or "Traceback" in line]
    assert not lines, lines[0]

"""The shop with demo data, served on this machine."""

import concurrent.futures
import contextlib
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

from . import javascript, paths, programs, stage
from .database import PREFIX, Databases, standard_addons
from .steps import Problem, dying_with_us, lock, say, step, tail

NAME = f"{PREFIX}_demo_{paths.CHECKOUT_ID}"
PICTURES = f"{PREFIX}_pictures_{paths.CHECKOUT_ID}"
ADDRESS = paths.PLACE / "demo.json"  # where the demo is served now
BUNDLES = ("web.assets_web", "point_of_sale.assets_prod", "pos_receivable.assets_payment")
FIRST_PORT = 8069
WITHOUT_PDF = paths.CACHE / "without-wkhtmltopdf"
A_DAY = 24 * 60 * 60  # seconds
PATIENCE = 60  # seconds until the server has to answer

WELCOME = """
  The shop is open:   {url}
  Point of Sale:      {url}/pos/ui/{config}

  manager             manager / manager       configures, closes sessions
  accountant          accountant / accountant reconciles the morning after
  cashier             cashier / cashier       collects at the counter
  administrator       admin / admin

  Try it
  1. Log in as cashier, open the Point of Sale above and open the register.
  2. The button Invoice, then a customer: Rosa Delgado is overdue, Green Leaf Florist has a
     discount, Park Dental Practice two instalments, Sunrise Hotel 60 invoices, Maison Lefèvre
     owes in euros, Bright Builders is a company with contacts.
  3. Pay in cash or by card, wholly or in part, one invoice or several; the list follows.
  4. Close the register: the drawer counts the invoice money too.
  5. Log in as manager, Point of Sale, Orders, Sessions: Invoice Payments tells the story.

  6. Log in as accountant, Invoicing, Customers, Payments to Match: what came to the bank without
     a link is proposed for invoices, with reasons.

  Ctrl-C stops it. What you do is kept; make demo ARGS=--fresh starts anew.
"""


def demo(arguments):
    with serving(NAME, "--fresh" in arguments) as (process, url, config):
        ADDRESS.write_text(json.dumps([NAME, url, config]))
        say(WELCOME.format(url=url, config=config))
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
            raise Problem(f"Odoo ended by itself.\n\n{tail(log_of(NAME).read_text())}")
    say("\nStopped.")
    return 0


def shell(_arguments):
    with stage.ready() as here:
        _up_to_date(Databases(here), NAME, fresh=False)
        command = here.command("shell", "-d", NAME, "--no-http", "--log-level=warn")
        return subprocess.call(command, env=here.environment())


def running():
    """Database, address and point of sale of the demo that is served now, if any."""
    with lock(NAME, wait=False) as free:
        return None if free or not ADDRESS.exists() else json.loads(ADDRESS.read_text())


def _where(served):
    return f" at {served[1]}" if served else ""


@contextlib.contextmanager
def serving(name, fresh=False, languages=()):
    """Serve a demo database, in further languages too; yields the process, its address and the id of
    the point of sale."""
    with stage.ready() as here, lock(name, wait=False) as alone:
        if not alone:
            raise Problem(f"{name} is being served already{_where(running())}.")
        databases = Databases(here)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            programs_wanted = (pool.submit(_wkhtmltopdf), pool.submit(_rtlcss))
            _up_to_date(databases, name, fresh)
            _speak(databases, name, languages)
        environment = here.environment(PATH=_search_path(*(p.result() for p in programs_wanted)))
        with odoo(here, name, environment) as (process, url):
            yield process, url, shop(databases, name)


def _up_to_date(databases, name, fresh):
    """Make the demo database, or bring an existing one to the state of the code."""
    code = paths.addons_digest()
    if fresh or not databases.exists(name):
        databases.base()
        with step("Installing the addons in a copy"):
            databases.install(name, *BUNDLES)
    elif databases.comment(name) != code:
        with step("Updating the addons, their code has changed"):
            new = [option for addon in standard_addons() for option in ("--install", addon)]
            databases.prepare(name, *new, "--update", paths.ADDON)
    databases.set_comment(name, code)


def _speak(databases, name, languages):
    """Have the terms of these languages in the database."""
    rows = databases.sql(name, "SELECT code FROM res_lang WHERE active")
    if missing := sorted(set(languages) - {code for (code,) in rows}):
        with step(f"Loading terms: {' '.join(missing)}"):
            databases.prepare(name, *(o for code in missing for o in ("--language", code)))


@contextlib.contextmanager
def odoo(here, name, environment, *more_options):
    """Run Odoo on a database until the block ends; yields the process and its address."""
    host = os.environ.get("HOST", "127.0.0.1")
    port = _free_port(host)
    url = f"http://{host}:{port}"
    options = [f"--http-interface={host}", f"--http-port={port}", f"--db-filter=^{name}$"]
    options += more_options
    with step("Starting Odoo"), log_of(name).open("w") as log:
        process = subprocess.Popen(
            [*dying_with_us(), *here.server_command("-d", name, *options)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # Ctrl-C is for us; we tell Odoo
        )
        try:
            _wait_for(process, url, log_of(name))
        except BaseException:
            _stop(process)
            raise
    try:
        yield process, url
    finally:
        _stop(process)


def _wait_for(process, url, log):
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/web/health", timeout=5)
            return
        time.sleep(0.1)
    raise Problem(f"Odoo did not start.\n\n{tail(log.read_text())}\n\nComplete log: {log}")


def _stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port(host):
    """PORT when given, else the first free one from 8069."""
    wanted = _wanted_port()
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                _refuse_unless_taken(error, host, port)
                continue
            if port not in (wanted, FIRST_PORT):
                say(f"  Port {FIRST_PORT} is taken: using {port}.")
            return port
    raise Problem(f"Port {wanted or FIRST_PORT} is taken. Choose another one: PORT=8080 make demo")


def _wanted_port():
    given = os.environ.get("PORT") or "0"
    if not (given.isascii() and given.isdigit() and int(given) <= 65535):
        raise Problem(f"PORT={given} is not the number of a port. For example: PORT=8080 make demo")
    return int(given)


def _refuse_unless_taken(error, host, port):
    """Another port helps only where this one is in use."""
    if isinstance(error, PermissionError):
        raise Problem(
            f"Port {port} is for root alone. Choose one from 1024 up: PORT=8080 make demo"
        ) from error
    if error.errno != errno.EADDRINUSE:
        raise Problem(
            f"HOST={host} is not an address of this machine: {error.strerror or error}.\n"
            "Leave it out to serve this machine alone, or use HOST=0.0.0.0 for all who reach it."
        ) from error


def _search_path(*folders):
    return os.pathsep.join([*(str(folder) for folder in folders if folder), os.environ["PATH"]])


def _wkhtmltopdf():
    """The folder of wkhtmltopdf, which is wanted for PDF reports; the shop works without.

    None where the machine has it on its path, or where it is not to be had. The latter is
    remembered: looking for it takes long at every start.
    """
    if shutil.which("wkhtmltopdf"):
        return None
    if WITHOUT_PDF.exists() and time.time() - WITHOUT_PDF.stat().st_mtime < A_DAY:
        return None
    try:
        return programs.provide("wkhtmltopdf", binary="usr/bin/wkhtmltopdf").parent
    except Problem:
        say("  No wkhtmltopdf to be had: reports cannot be printed as PDF. Looking again tomorrow.")
        WITHOUT_PDF.touch()
        return None


def _rtlcss():
    """The folder of rtlcss, which mirrors the pages of whoever chooses Arabic; the shop works
    without."""
    try:
        return javascript.mirroring()
    except Problem:
        say("  No rtlcss to be had: pages in Arabic are not mirrored.")
        return None


def shop(databases, name):
    """The point of sale to open: the addon's own, else the first."""
    rows = databases.sql(
        name,
        "SELECT config.id FROM pos_config config LEFT JOIN ir_model_data data"
        " ON data.model = 'pos.config' AND data.res_id = config.id AND data.module = %s"
        " ORDER BY data.id, config.id LIMIT 1",
        [paths.ADDON],
    )
    return rows[0][0]


def log_of(name):
    return paths.LOGS / f"{name}.log"

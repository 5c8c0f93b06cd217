"""The commands behind the Makefile."""

import signal
import sys

from . import (
    bare_machine,
    bench,
    bench_matching,
    core_tests,
    demo,
    dist,
    housekeeping,
    lint,
    plain_tests,
    python_env,
    screenshots,
    soak,
    testing,
)
from .steps import Problem, require_writable, say

# The commands that understand no options but these; the others read what they are given themselves.
OPTIONS = {
    "demo": {"--fresh"},
    "lint": {"--reports"},
    **dict.fromkeys(
        ("shell", "format", "dist", "terms", "lock", "clean", "clean-all"), frozenset()
    ),
}
COMMANDS = {
    "demo": (demo.demo, "serve the shop with demo data (--fresh: forget what was done in it)"),
    "test": (
        testing.test,
        "run every test and linter; ARGS='-k name' or a path runs a part, --everything installs all",
    ),
    "check": (
        testing.check,
        "the quick tests and linters, and those that ARGS name, while working",
    ),
    "test-core": (core_tests.test_core, "the core's own tests of POS and payments, with the addon"),
    "test-plain": (
        plain_tests.test_plain,
        "the tests as Odoo runs them, on a database without demo data (ARGS=/pos_receivable: test tags)",
    ),
    "test-bare": (
        bare_machine.test_bare,
        "the tests ARGS name, or a few, on a Debian with nothing installed (SUITE=noble: another)",
    ),
    "soak": (soak.soak, "the fault tests for ten minutes, ARGS=60 for an hour"),
    "coverage": (testing.coverage, "the tests, with a table of what they do not reach"),
    "lint": (lint.lint, "run the linters alone"),
    "format": (lint.format_code, "rewrite Python and JavaScript the way the linters want it"),
    "bench": (bench.bench, "measure side by side (--only ROW, sizes: ARGS=--help; OUT=file)"),
    "shell": (demo.shell, "a Python prompt inside the demo database"),
    "bench-matching": (
        bench_matching.bench_matching,
        "measure the matching of payments against hidden truth (OUT=file; ARGS=--help)",
    ),
    "screenshots": (screenshots.screenshots, "take pictures of the demo (--only NAME; OUT=folder)"),
    "dist": (dist.dist, "a zip with all addons side by side, and a wheel for each (OUT=folder)"),
    "terms": (
        housekeeping.terms,
        "renew the .pot and .po files of every addon: the terms to translate, and their translations",
    ),
    "lock": (python_env.compile_locks, "renew the lock files after editing dev/*.in"),
    "clean": (housekeeping.clean, "delete this checkout's databases and generated files"),
    "clean-all": (housekeeping.clean_all, "delete everything ever downloaded or generated"),
}


def show_help(_arguments=()):
    say("make <command>, options in ARGS=\"…\"\n")
    for name, (_function, explanation) in COMMANDS.items():
        say(f"  {name:<14} {explanation}")
    return 0


def _refuse_unknown(name, arguments):
    for option in arguments:
        known = OPTIONS.get(name)
        if known is not None and option.startswith("-") and option not in known:
            offer = f"It knows {' '.join(sorted(known))}." if known else "It takes none."
            raise Problem(f"make {name} does not know the option {option}. {offer}")


def main(arguments):
    name, *rest = arguments or ["help"]
    function = COMMANDS[name][0] if name in COMMANDS else show_help
    # End like on Ctrl-C: blocks are left properly, servers stopped.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    sys.stdout.reconfigure(errors="replace")  # a terminal that knows nothing but ASCII
    try:
        _refuse_unknown(name, rest)
        require_writable()
        return function(rest)
    except Problem as problem:
        say(f"\n{problem}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


sys.exit(main(sys.argv[1:]))

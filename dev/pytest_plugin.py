"""What a passing run means here: nothing skipped, and a server log without surprises."""

import logging
import re

import pytest

# Lines of the core that say nothing about this addon: (logger, beginning of the message), each
# with its reason. A test that provokes a line says so itself, with assertLogs or mute_logger.
EXPECTED = ()


class LogWatch(logging.Handler):
    """Keeps the warnings and errors logged since they were last taken."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        if not is_expected(record):
            self.records.append(self.format(record))

    def take(self):
        taken, self.records = self.records, []
        return taken


def is_expected(record):
    message = record.getMessage()
    return any(
        re.fullmatch(logger, record.name) and re.match(start, message, re.DOTALL)
        for logger, start in EXPECTED
    )


watch = LogWatch()
watch.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))


def pytest_sessionstart():
    logging.getLogger().addHandler(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        fail(report, f"Skipped, so it shows nothing: {report.longrepr}")
    if call.when != "setup" or report.failed:
        lines = watch.take()
        if lines and report.passed:
            fail(report, "\n".join(["Unexpected lines in the server log:", *lines]))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        fail(report, f"Skipped, so it shows nothing: {report.longrepr}")
    return report


def fail(report, text):
    report.outcome = "failed"
    report.longrepr = text


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session):
    """Lines logged after the last test, for example while the server stops."""
    yield
    if lines := watch.take():
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line("\n".join(["Unexpected lines in the server log:", *lines]))
        reporter.stats.setdefault("error", []).extend(lines)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

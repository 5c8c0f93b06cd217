import logging
import re
from contextlib import contextmanager

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

SUITE = '@pos_receivable'


class HootCase(HttpCase):
    def _run_suite(self, preset, suite=SUITE):
        """Run the unit tests of the till's own code, and only them, in one shape of a till."""
        suite_id = test_js.HOOTCommon._generate_hash(self, suite)
        with self._browser_console() as console:
            self.browser_js(
                f'/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&id={suite_id}',
                '',
                '',
                login='admin',
                timeout=600,
                success_signal='[HOOT] Test suite succeeded',
                error_checker=test_js.unit_test_error_checker,
            )
        ended = re.search(rf'"{suite}" ended \(passed: (\d+)', '\n'.join(console))
        # An unknown suite would run nothing, or everything, and succeed.
        self.assertTrue(ended, f"{suite} did not run")
        self.assertGreater(int(ended[1]), 0)

    @contextmanager
    def _browser_console(self):
        """What the browser writes, whatever the log level of the run; still logged as usual."""
        lines = []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(record.getMessage())
        logger = self._logger.getChild('browser')
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield lines
        finally:
            logger.setLevel(level)
            logger.removeHandler(handler)


@tagged('post_install', '-at_install')
class TestHootOnADesktop(HootCase):
    def test_the_unit_tests_of_the_till_pass(self):
        self._run_suite('desktop')


@tagged('post_install', '-at_install')
class TestHootOnAPhone(HootCase):
    browser_size = '375x667'
    touch_enabled = True

    def test_the_unit_tests_of_the_till_pass(self):
        self._run_suite('mobile')

"""measure_served.py BROWSER URL DATABASE CONFIG JOB ANSWER: one run of a benchmark in Chromium."""

import importlib
import json
import shutil
import sys
from pathlib import Path

from dev import cdp, screens


class Opener:
    """Opens a page on which somebody is logged in already."""

    def __init__(self, browser, url, database, config):
        self.browser = browser
        self.url = url
        self.database = database
        self.config = config

    def __call__(self, login):
        page = self.browser.page(screens.SIZES["desktop"])
        cookie = cdp.session_cookie(self.url, self.database, login)
        page.call("Network.setCookie", name="session_id", value=cookie, url=self.url)
        return page


def main(program, url, database, config, job, answer):
    job = json.loads(job)
    browser = cdp.Browser(shutil.which(program))
    try:
        opener = Opener(browser, url, database, config)
        module = importlib.import_module(job["module"])
        figures = module.measure_served(opener, url, **job["run"])
        version = browser.call("Browser.getVersion")["product"]
    finally:
        browser.close()
    Path(answer).write_text(json.dumps({"figures": figures, "versions": {"browser": version}}))


main(*sys.argv[1:])

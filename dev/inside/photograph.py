"""photograph.py BROWSER URL DATABASE CONFIG FOLDER [--lang CODE] [--publish] [--only SCENE …]

Plays scenes and saves their pictures. A scene that gets stuck is played once more; if that does not
help, the others go on and the exit code says so.
"""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

from dev import cdp, pictures, screens

A_GLANCE = 0.4  # seconds: what is pressed sooner after a change on the screen the till ignores
USERS = ("admin", "manager", "accountant", "cashier")

# The request goes another way, so that whoever waits for the answer learns nothing.
LOSE = """(method) => {
    const { open, send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (verb, url) {
        this.wantedUrl = url;
        return open.apply(this, arguments);
    };
    XMLHttpRequest.prototype.send = function (body) {
        if (!String(this.wantedUrl).endsWith(`/${method}`)) {
            return send.apply(this, arguments);
        }
        Object.assign(XMLHttpRequest.prototype, { open, send });
        const headers = { "Content-Type": "application/json" };
        fetch(this.wantedUrl, { method: "POST", headers, body }).then(() =>
            this.dispatchEvent(new Event("error"))
        );
    };
}"""


def main():
    parser = argparse.ArgumentParser()
    for name in ("browser", "url", "database", "config"):
        parser.add_argument(name)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lang")
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--only", nargs="+", default=[])
    options = parser.parse_args()
    if options.lang:
        speak(options)
    browser = cdp.Browser(shutil.which(options.browser))
    try:
        stuck = [
            f"{scene.name}, {size.name}"
            for scene, size in wanted(options)
            if not (
                attempt(browser, scene, size, options) or attempt(browser, scene, size, options)
            )
        ]
        if options.publish:
            pictures.publish(browser, options.folder)
    finally:
        browser.close()
    if stuck:
        sys.exit(f"No pictures, or not all, of: {'; '.join(stuck)}")


def wanted(options):
    """The scenes to be played, each with the size of the screen."""
    published = {shot for picture in pictures.PUBLISHED for shot in picture.shots}
    for scene in screens.SCENES:
        for size in map(screens.SIZES.get, scene.sizes):
            if options.only:
                is_wanted = scene.name in options.only
            else:
                is_wanted = not options.publish or published & set(screens.shots(scene, size))
            if is_wanted:
                yield scene, size


def speak(options):
    """Let the users of the demo shop have the language."""
    cookie = cdp.session_cookie(options.url, options.database, "admin")
    domain = [("login", "in", USERS)]
    users = cdp.call(options.url, cookie, "res.users", "search", domain)
    cdp.call(options.url, cookie, "res.users", "write", users, {"lang": options.lang})


def attempt(browser, scene, size, options):
    """Play a scene to its end; returns whether that was possible."""
    started = time.monotonic()
    page = browser.page(size)
    cookie = cdp.session_cookie(options.url, options.database, scene.user)
    page.call("Network.setCookie", name="session_id", value=cookie, url=options.url)
    try:
        for step in screens.steps(scene, size):
            perform(page, step.replace("{config}", options.config), size, options)
    except (cdp.NotFound, cdp.Refused) as error:
        lost = options.folder / f"{scene.name}-{size.name}-stuck.png"
        page.shot(lost)
        print(f"  {scene.name}, {size.name}, step “{step}”: {error}. See {lost}", flush=True)
        return False
    finally:
        page.close()
    print(f"  {scene.name}, {size.name}: {time.monotonic() - started:.1f} s", flush=True)
    return True


def perform(page, step, size, options):
    verb, _, rest = step.partition(" ")
    if verb == "open":
        page.open(options.url + rest)
    elif verb == "app":
        cookie = cdp.session_cookie(options.url, options.database, "admin")
        domain = [("name", "=", rest)]
        (number,) = cdp.call(options.url, cookie, "ir.module.module", "search", domain)
        page.open(f"{options.url}/odoo/apps/{number}")
    elif verb == "reach":
        condition, *ways = rest.split(" by ")
        page.reach(condition, *ways)
    elif verb == "click":
        time.sleep(A_GLANCE)
        page.click(rest)
    elif verb == "shot":
        page.shot(options.folder / f"{rest}-{size.name}.png")
    else:
        {
            "wait": page.wait,
            "scroll": page.scroll,
            "type": page.type,
            "write": page.write,
            "press": page.press,
            "lose": lambda method: page.evaluate(f"({LOSE})({json.dumps(method)})"),
        }[verb](rest)


main()

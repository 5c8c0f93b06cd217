"""photograph.py BROWSER URL DATABASE CONFIG FOLDER [SCENE …]: play scenes, save their pictures."""

import json
import shutil
import sys
import time
from pathlib import Path

from dev import cdp, screens

A_MOMENT = 3  # seconds
A_GLANCE = 0.4  # seconds: what is pressed sooner after a change on the screen the till ignores

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


def main(program, url, database, config, folder, *wanted):
    browser = cdp.Browser(shutil.which(program))
    try:
        for scene in screens.SCENES:
            if wanted and scene.name not in wanted:
                continue
            for size in map(screens.SIZES.get, scene.sizes):
                started = time.monotonic()
                page = browser.page(size)
                cookie = cdp.session_cookie(url, database, scene.user)
                page.call("Network.setCookie", name="session_id", value=cookie, url=url)
                play(page, scene, size, url, config, Path(folder))
                print(
                    f"  {scene.name}, {size.name}: {time.monotonic() - started:.1f} s", flush=True
                )
    finally:
        browser.close()


def play(page, scene, size, url, config, folder):
    for step in scene.steps:
        verb, _, rest = step.format(config=config).partition(" ")
        try:
            perform(page, verb, rest, size, url, folder)
        except cdp.NotFound as error:
            lost = folder / f"{scene.name}-{size.name}-stuck.png"
            page.shot(lost)
            sys.exit(f"{scene.name}, {size.name}, step “{step}”: {error}. See {lost}")


def perform(page, verb, rest, size, url, folder):
    if verb == "open":
        page.open(url + rest)
    elif verb == "try":
        try:
            page.click(rest, A_MOMENT)
        except cdp.NotFound:
            return
    elif verb == "click":
        time.sleep(A_GLANCE)
        page.click(rest)
    elif verb == "shot":
        page.shot(folder / f"{rest}-{size.name}.png")
    else:
        {
            "wait": page.wait,
            "scroll": page.scroll,
            "type": page.type,
            "press": page.press,
            "lose": lambda method: page.evaluate(f"({LOSE})({json.dumps(method)})"),
        }[verb](rest)


main(*sys.argv[1:])

"""A small driver of Chromium over its debugging protocol: what a person at the screen does."""

import base64
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

PATIENCE = 60  # seconds to wait for an element, on a busy machine too

AGAIN = 5  # seconds until what had no effect is pressed once more

SEE = """
(() => {
    const [selector, text] = %s;
    return [...document.querySelectorAll(selector)].some((element) =>
        element.textContent.includes(text) && element.checkVisibility({ visibilityProperty: true })
    );
})()
"""
FIND = """
(() => {
    const [selector, text] = %s;
    for (const element of document.querySelectorAll(selector)) {
        if (text && !element.textContent.includes(text)) continue;
        if (!element.checkVisibility({ visibilityProperty: true })) continue;
        element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
        const box = element.getBoundingClientRect();
        const place = {
            x: (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2,
            y: (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2,
        };
        const top = document.elementFromPoint(place.x, place.y);
        if (top && (element.contains(top) || top.contains(element))) return place;
    }
})()
"""
SETTLED = """
new Promise(resolve => {
    const ready = () => [...document.images].every(image => image.complete)
        && !document.querySelector(".o_loading_indicator, .o_blockUI, .fa-spin, .fade:not(.show)")
        && document.getAnimations().every(animation => animation.playState !== "running"
            || animation.effect.getComputedTiming().iterations === Infinity);
    const look = () => ready() ? requestAnimationFrame(() => requestAnimationFrame(resolve))
                               : setTimeout(look, 50);
    document.fonts.ready.then(look);
    setTimeout(resolve, 20000);
})
"""


class NotFound(Exception):
    """An element did not show up in time."""


class Refused(Exception):
    """The browser could not do it, because the page is going away, for instance."""


class Browser:
    """A Chromium process; pages opened in it share nothing with each other."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="pos_receivable-")
        options = [
            "--headless=new",
            "--remote-debugging-port=0",
            "--no-first-run",
            "--hide-scrollbars",
        ]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        self.process = subprocess.Popen(
            [program, *options, f"--user-data-dir={self.profile}", "--disable-gpu", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.connection = self._connect()
        self.ids = itertools.count(1)

    def _connect(self):
        note = Path(self.profile) / "DevToolsActivePort"
        _until(lambda: note.exists() and len(note.read_text().split()) == 2, "Chromium")
        port, path = note.read_text().split()
        return websocket.create_connection(f"ws://127.0.0.1:{port}{path}", suppress_origin=True)

    def call(self, method, session=None, **parameters):
        number = next(self.ids)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self.connection.send(json.dumps(message))
        while True:
            answer = json.loads(self.connection.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise Refused(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def page(self, size):
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)
        session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        return Page(self, session["sessionId"], size, context)

    def close(self):
        with contextlib.suppress(websocket.WebSocketException, OSError):
            self.call("Browser.close")
            self.connection.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    def __init__(self, browser, session, size, context):
        self.browser = browser
        self.session = session
        self.context = context
        self.call("Page.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=size.width,
            height=size.height,
            deviceScaleFactor=size.scale,
            mobile=size.touch,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=size.touch)

    def call(self, method, **parameters):
        return self.browser.call(method, session=self.session, **parameters)

    def close(self):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)

    def evaluate(self, expression):
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise Refused(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)
        _until(lambda: self.evaluate("document.readyState") == "complete", url)

    def wait(self, selector):
        """Until it is to be seen, perhaps only after scrolling."""
        _until(lambda: self._evaluate_for(SEE, selector), selector)

    def reach(self, condition, *ways):
        """Click whichever of `ways` is to be seen until the page says that the condition holds."""
        pressed = {}  # way → when

        def there():
            if self.evaluate(f"(() => {{ try {{ return !!({condition}); }} catch {{ }} }})()"):
                return True
            for way in ways:
                if time.monotonic() - pressed.get(way, 0) > AGAIN and self._find(way):
                    self.click(way)
                    pressed[way] = time.monotonic()
            return False

        _until(there, condition)

    def _find(self, selector):
        """Scroll there; returns the place to press, unless something lies upon it."""
        return self._evaluate_for(FIND, selector)

    def _evaluate_for(self, script, selector):
        plain, text = re.fullmatch(r"(.*?)(?::contains\((.*)\))?", selector).groups()
        return self.evaluate(script % json.dumps([plain, text or ""]))

    def click(self, selector):
        self.wait(selector)
        self.evaluate(SETTLED)
        place = _until(lambda: self._find(selector), selector)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def scroll(self, selector):
        self.wait(selector)
        place = f"document.querySelector({json.dumps(selector)})"
        self.evaluate(f"{place}.scrollIntoView({{ block: 'start', behavior: 'instant' }})")

    def type(self, text):
        self.call("Input.insertText", text=text)

    def write(self, text):
        """Type in place of what stands there."""
        self.evaluate("document.activeElement.select()")
        self.type(text)

    def press(self, keys):
        """A key by its name, after Alt+ with that one held."""
        *held, key = keys.split("+")
        modifiers = {"modifiers": 1} if held == ["Alt"] else {}
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                **modifiers,
                **_key_code(key),
            )

    def picture(self):
        """What is to be seen, as the bytes of a PNG."""
        self.evaluate(SETTLED)
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def shot(self, file):
        file.write_bytes(self.picture())


def _key_code(key):
    code = {"Enter": 13, "Escape": 27, "Tab": 9, "Backspace": 8}.get(key)
    extra = {"text": "\r"} if key == "Enter" else {}
    return {"windowsVirtualKeyCode": code, **extra} if code else {"text": key}


def _until(condition, what, patience=PATIENCE):
    give_up = time.monotonic() + patience
    refusal = ""
    while time.monotonic() < give_up:
        try:
            if found := condition():
                return found
        except Refused as error:  # as while the next page is being loaded
            refusal = f" ({error})"
        time.sleep(0.05)
    raise NotFound(f"{what} did not show up within {patience} s{refusal}")


def session_cookie(url, database, login):
    """Log in (our users' passwords equal their logins) and return the session's id."""
    credentials = {"db": database, "login": login, "password": login}
    _result, headers = _post(f"{url}/web/session/authenticate", credentials)
    return re.search(r"session_id=([^;]+)", headers["Set-Cookie"]).group(1)


def call(url, cookie, model, method, *arguments, **named):
    """Call a method of a model over RPC."""
    parameters = {"model": model, "method": method, "args": arguments, "kwargs": named}
    return _post(f"{url}/web/dataset/call_kw", parameters, cookie)[0]


def _post(url, parameters, cookie=""):
    headers = {"Content-Type": "application/json", "Cookie": f"session_id={cookie}"}
    data = json.dumps({"params": parameters}).encode()
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request) as answer:
        content = json.load(answer)
        if error := content.get("error"):
            raise RuntimeError(f"{url}: {error['data']['message']}")
        return content["result"], answer.headers

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

PATIENCE = 20  # seconds to wait for an element

FIND = """
(() => {
    const [selector, text] = %s;
    for (const element of document.querySelectorAll(selector)) {
        if (text && !element.textContent.includes(text)) continue;
        if (!element.checkVisibility({ visibilityProperty: true })) continue;
        element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
        const box = element.getBoundingClientRect();
        const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        const top = document.elementFromPoint(place.x, place.y);
        if (top && (element.contains(top) || top.contains(element))) return place;
    }
})()
"""
SETTLED = """
new Promise(resolve => {
    const ready = () => [...document.images].every(image => image.complete)
        && !document.querySelector(".o_loading_indicator, .o_blockUI, .fade:not(.show)")
        && document.getAnimations().every(animation => animation.playState !== "running"
            || animation.effect.getComputedTiming().iterations === Infinity);
    const look = () => ready() ? requestAnimationFrame(() => requestAnimationFrame(resolve))
                               : setTimeout(look, 50);
    document.fonts.ready.then(look);
    setTimeout(resolve, 5000);
})
"""


class NotFound(Exception):
    """An element did not show up in time."""


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
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def page(self, size):
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)
        session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        return Page(self, session["sessionId"], size)

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
    def __init__(self, browser, session, size):
        self.browser = browser
        self.session = session
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

    def evaluate(self, expression):
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)
        _until(lambda: self.evaluate("document.readyState") == "complete", url)

    def wait(self, selector, patience=PATIENCE):
        return _until(lambda: self._find(selector), selector, patience)

    def _find(self, selector):
        plain, text = re.fullmatch(r"(.*?)(?::contains\((.*)\))?", selector).groups()
        return self.evaluate(FIND % json.dumps([plain, text or ""]))

    def click(self, selector, patience=PATIENCE):
        self.wait(selector, patience)
        self.evaluate(SETTLED)
        place = self.wait(selector, patience)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def scroll(self, selector):
        self.wait(selector)
        self.evaluate(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'start'}})"
        )

    def type(self, text):
        self.call("Input.insertText", text=text)

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

    def shot(self, file):
        self.evaluate(SETTLED)
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        file.write_bytes(base64.b64decode(picture))


def _key_code(key):
    code = {"Enter": 13, "Escape": 27, "Tab": 9, "Backspace": 8}.get(key)
    extra = {"text": "\r"} if key == "Enter" else {}
    return {"windowsVirtualKeyCode": code, **extra} if code else {"text": key}


def _until(condition, what, patience=PATIENCE):
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        if found := condition():
            return found
        time.sleep(0.05)
    raise NotFound(f"{what} did not show up within {patience} s")


def session_cookie(url, database, login):
    """Log in (our users' passwords equal their logins) and return the session's id."""
    credentials = {"db": database, "login": login, "password": login}
    request = urllib.request.Request(
        f"{url}/web/session/authenticate",
        data=json.dumps({"params": credentials}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        if error := json.load(answer).get("error"):
            raise RuntimeError(f"{login}: {error['data']['message']}")
        return re.search(r"session_id=([^;]+)", answer.headers["Set-Cookie"]).group(1)

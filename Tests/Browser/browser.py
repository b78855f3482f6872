"""A headless Chromium, driven through chromedriver with nothing but Python's standard library."""

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
is_there = bool(CHROMIUM and DRIVER)
# So many seconds anything may take before it counts as not happening; nothing is measured by it.
PATIENCE = 240

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
    "--no-first-run", "--hide-scrollbars",
]


class Browser:
    """One window with an empty profile of its own."""

    def __init__(self, width=1280, height=900, dark=False):
        self.profile = tempfile.mkdtemp(prefix="posweep-browser-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.driver = subprocess.Popen(
            [DRIVER, f"--port={self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": self.profile}, start_new_session=True)
        self.session = None
        try:
            until(lambda: self._is_ready(), "chromedriver does not begin")
            arguments = ARGUMENTS + [f"--user-data-dir={self.profile}/profile", f"--window-size={width},{height}"]
            options = {"binary": CHROMIUM, "args": arguments}
            capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"},
                            "timeouts": {"script": 1000 * PATIENCE}}
            self.session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]
            self.resize(width, height)
            self.use_colours("dark" if dark else "light")
        except BaseException:
            self.close()
            raise

    def _is_ready(self):
        try:
            return self._call("GET", "/status")["ready"]
        except OSError:
            return False

    def _call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and "error" in answer and "message" in answer:
            raise RuntimeError(answer["message"])
        return answer

    def _in_session(self, method, path, body=None):
        return self._call(method, f"/session/{self.session}{path}", body)

    def open(self, address):
        self._in_session("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        """The value of a script's `return`; a promise is waited for."""
        return self._in_session("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **parameters):
        return self._in_session("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def resize(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def use_colours(self, scheme):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press(self, key):
        keys = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c"}
        self._in_session("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": keys[key]}, {"type": "keyUp", "value": keys[key]}]}]})

    def screenshot(self, file):
        with open(file, "wb") as picture:
            picture.write(base64.b64decode(self._in_session("GET", "/screenshot")))

    def console(self):
        """What was written to the console since it was last asked for."""
        return self._in_session("POST", "/se/log", {"type": "browser"})

    def close(self):
        try:
            if self.session:
                self._call("DELETE", f"/session/{self.session}")
        finally:
            # Whoever runs this may have told its children to leave SIGTERM alone.
            os.killpg(self.driver.pid, signal.SIGKILL)
            self.driver.wait()
            shutil.rmtree(self.profile, ignore_errors=True)


def until(is_so, otherwise, seconds=PATIENCE):
    """Waits for something to be so; how long it took, in seconds."""
    begun = time.monotonic()
    while True:
        if is_so():
            return time.monotonic() - begun
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"{otherwise} within {seconds} s")
        time.sleep(0.05)

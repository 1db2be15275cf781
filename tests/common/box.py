"""A box of its own: the real binary on an empty data folder and a free port of this machine.

The tests in Python that drive it share this file: each puts its folder on the path.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time

# Small ones that every test gets by with.
LLM = "smollm2-135m-instruct-q4_1"
EMBED = "all-minilm-l6-v2"
PASSWORD = "inzu ikawa umusozi kare"


class Box:
    """A running box."""

    def __init__(self, binary, **settings):
        """With `settings` in its environment, where those of all tests do not fit."""
        self.data = tempfile.TemporaryDirectory(prefix="bwenge-test-")
        environment = {
            **os.environ,
            "BWENGE_LLM": LLM,
            "BWENGE_EMBED": EMBED,
            "BWENGE_LISTEN": "127.0.0.1:0",
            "BWENGE_DATA_DIR": self.data.name,
            **settings,
        }
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [binary, "serve"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        found = None
        for line in self.process.stdout:
            found = re.match(r"listening on http://(\S+)", line)
            if found:
                break
        if not found:
            raise RuntimeError("the box did not start:\n" + self.said())
        self.address = found[1]
        # Read to the end, so that the box never waits for us.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.data.cleanup()
        if code != 0:
            raise RuntimeError(f"the box ended with {code}:\n" + self.said())

    def ask(self, method, path, body=None, token=None, kind="application/json"):
        """One request to the box's own API; the answer as JSON."""
        headers = {"content-type": kind}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request(method, f"/api/v1{path}", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text!r}")
        return json.loads(text) if text else None

    def sign_in(self, username):
        """The token of somebody who has `PASSWORD`."""
        credentials = {"username": username, "password": PASSWORD, "tokens": "body"}
        return self.ask("POST", "/auth/login", credentials)["access_token"]

    def set_up(self):
        """Makes a school; the token of its administrator."""
        school = {
            "school_name": "GS Test", "school_kind": "primary", "language": "en",
            "admin_name": "A", "username": "admin", "password": PASSWORD, "sample": False,
        }
        self.ask("POST", "/setup", school)
        return self.sign_in("admin")

    def upload(self, token, name, text):
        """Sends a lesson; its id."""
        mark = "----bwenge-test"
        form = (
            f'--{mark}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n'
            f"content-type: application/octet-stream\r\n\r\n{text}\r\n--{mark}--\r\n"
        ).encode()
        kind = f"multipart/form-data; boundary={mark}"
        return self.ask("POST", "/knowledge/upload", form, token, kind)["id"]

    def wait_until_ready(self, token, *lessons):
        """Returns when all of these lessons were read."""
        deadline = time.monotonic() + 240
        for lesson in lessons:
            while (now := self.ask("GET", f"/knowledge/{lesson}", token=token))["status"] != "ready":
                if now["status"] == "failed" or time.monotonic() > deadline:
                    raise RuntimeError(f"a lesson is not ready: {now}")
                time.sleep(0.2)

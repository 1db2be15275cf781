"""Requests made from the OpenAPI document against the real binary.

    python check.py PATH-TO-BWENGE

Starts a box on a free port of this machine with an empty data folder, makes one thing
of each kind, and lets schemathesis ask for everything the document knows, well and
badly: as the administrator of the box, as a learner and as a program. No answer may be
a fault of the box or one the document does not tell. `make schema-test` runs it.
"""

import copy
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

PASSWORD = "inzu ikawa umusozi kare"
NOBODY = "01900000-0000-7000-8000-000000000000"
METHODS = ("get", "put", "post", "patch", "delete", "head", "options")
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance"
)
# What can not be asked for here, and why.
LEFT_OUT = {
    "GET /api/v1/knowledge/events": "does not end",
    "GET /api/v1/ws/chat": "is no answer but a socket",
    "POST /api/v1/auth/logout": "ends the session of the requests after it",
    "DELETE /api/v1/auth/sessions/{id}": "may end it as well",
    "POST /api/v1/box/time": "lets every session run out",
}
# Seconds for each who asks.
TIME = {"administrator": 75, "learner": 35, "program": 20}


class Box:
    """A running box with something of everything in it."""

    def __init__(self, binary):
        self.data = tempfile.TemporaryDirectory(prefix="bwenge-schema-")
        environment = {
            **os.environ,
            "BWENGE_LLM": "smollm2-135m-instruct-q4_1",
            "BWENGE_EMBED": "all-minilm-l6-v2",
            "BWENGE_LISTEN": "127.0.0.1:0",
            "BWENGE_DATA_DIR": self.data.name,
            # This is about answers, not about how many there are.
            "BWENGE_RATES": "sign-in=0,reads=0,writes=0,uploads=0,asking=0",
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
        """One request; the answer as JSON."""
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
        credentials = {"username": username, "password": PASSWORD, "tokens": "body"}
        return self.ask("POST", "/auth/login", credentials)["access_token"]

    def set_up(self):
        """Makes a school; the tokens of who asks and the ids of what is there."""
        school = {
            "school_name": "GS Test", "school_kind": "primary", "language": "en",
            "admin_name": "A", "username": "admin", "password": PASSWORD, "sample": False,
        }
        self.ask("POST", "/setup", school)
        admin = self.sign_in("admin")

        def make(path, body):
            return self.ask("POST", path, body, admin)

        def user(name):
            person = {"name": name, "username": name, "password": PASSWORD,
                      "role": "learner", "language": "en"}
            return make("/users", person)["id"]

        def term(year):
            days = {"first_day": f"{year}-01-05", "last_day": f"{year}-04-03"}
            return make("/terms", {"name": f"Term {year}", **days})["id"]

        def lesson(n):
            mark = "----bwenge-schema-test"
            form = (
                f'--{mark}\r\ncontent-disposition: form-data; name="file"; '
                f'filename="{n}.txt"\r\n\r\nThe crystal of place {n} glows.\r\n--{mark}--\r\n'
            ).encode()
            kind = f"multipart/form-data; boundary={mark}"
            return self.ask("POST", "/knowledge/upload", form, admin, kind)["id"]

        def two(one):
            """One to look at, and one that may go."""
            return [one(1), one(2)]

        ids = {
            "users": [user("uwase"), user("gasore")],
            "classes": two(lambda n: make("/classes", {"name": f"P{n}"})["id"]),
            "terms": [term(2030), term(2031)],
            "personas": two(lambda n: make("/personas", {"name": f"Tutor {n}"})["id"]),
            "knowledge": two(lesson),
            "keys": two(lambda n: make("/keys", {"name": f"Key {n}", "scopes": ["chat"]})["id"]),
            "orgs": [self.ask("GET", "/auth/me", token=admin)["org"]["id"]] * 2,
        }
        user("learner")
        key = make("/keys", {"name": "Program", "scopes": ["chat", "embeddings"],
                             "requests_per_minute": 10_000})
        self.ready(admin, ids["knowledge"])
        tokens = {
            "administrator": admin,
            "learner": self.sign_in("learner"),
            "program": key["secret"],
        }
        return tokens, ids

    def ready(self, token, lessons):
        deadline = time.monotonic() + 240
        for lesson in lessons:
            while self.ask("GET", f"/knowledge/{lesson}", token=token)["status"] != "ready":
                if time.monotonic() > deadline:
                    raise RuntimeError("a lesson is not ready")
                time.sleep(0.2)


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def told(document, ids):
    """The document as it is checked: only answers it tells in particular, and ids that
    are there as well as one that is not."""
    document = copy.deepcopy(document)
    for method, path, operation in operations(document):
        # Else every answer with a problem would be as documented.
        operation["responses"].pop("default", None)
        kind = path.split("/")[3] if path.startswith("/api/v1/") else ""
        there, may_go = ids.get(kind, [NOBODY, NOBODY])
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and kind in ids:
                known = may_go if method == "delete" else there
                parameter["schema"] = {"type": "string", "enum": [known, NOBODY]}
                parameter.pop("example", None)
    return document


def check(box, who, token, document, folder):
    """Whether all answers are as they should be."""
    document = copy.deepcopy(document)
    for method, path, _ in list(operations(document)):
        left_out = f"{method.upper()} {path}" in LEFT_OUT
        if left_out or (who == "program") != path.startswith("/v1/"):
            del document["paths"][path][method]
    document["paths"] = {path: item for path, item in document["paths"].items() if item}
    file = folder / f"{who}.json"
    file.write_text(json.dumps(document))
    st = pathlib.Path(sys.executable).with_name("st")
    command = [
        st, "run", file, "--url", f"http://{box.address}",
        "--header", f"Authorization: Bearer {token}", "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
        "--max-time", str(TIME[who]), "--seed", "1", "--generation-database", "none",
        "--request-timeout", "30", "--continue-on-failure", "--warnings", "off",
        # Only the token says who asks: with cookies it would be a page of another site.
        "--generation-with-security-parameters", "false",
        "--suppress-health-check", "all", "--no-color",
    ]
    hooks = {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(pathlib.Path(__file__).parent)}
    print(f"== as {who}", flush=True)
    done = subprocess.run(command, cwd=folder, env={**os.environ, **hooks})
    if who != "program":
        # Answers to somebody who was signed out on the way would prove nothing.
        box.ask("GET", "/auth/me", token=token)
    return done.returncode == 0


def main(binary):
    document = json.loads(subprocess.check_output([binary, "openapi"]))
    box = Box(binary)
    try:
        tokens, ids = box.set_up()
        document = told(document, ids)
        with tempfile.TemporaryDirectory(prefix="bwenge-schema-") as folder:
            folder = pathlib.Path(folder)
            good = [check(box, who, token, document, folder) for who, token in tokens.items()]
        faults = [line for line in box.said().splitlines() if "ERROR" in line]
        print("\n".join(faults))
    finally:
        box.stop()
    sys.exit(0 if all(good) and not faults else 1)


if __name__ == "__main__":
    main(sys.argv[1])

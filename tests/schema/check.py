"""Requests made from the OpenAPI document against the real binary.

    python check.py PATH-TO-BWENGE

Starts a box on a free port of this machine with an empty data folder, makes one thing
of each kind, and lets schemathesis ask for everything the document knows, well and
badly: as the administrator of the box, as a learner and as a program. No answer may be
a fault of the box or one the document does not tell. `make schema-test` runs it.
"""

import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

from box import PASSWORD, Box

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
# This is about answers, not about how many there are.
RATES = "sign-in=0,reads=0,writes=0,uploads=0,asking=0"
# Seconds for each who asks.
TIME = {"administrator": 75, "learner": 35, "program": 20}


def fill(box):
    """Makes a school with something of everything in it; the tokens of who asks and the ids
    of what is there."""
    admin = box.set_up()

    def make(path, body):
        return box.ask("POST", path, body, admin)

    def user(name):
        person = {"name": name, "username": name, "password": PASSWORD,
                  "role": "learner", "language": "en"}
        return make("/users", person)["id"]

    def term(year):
        days = {"first_day": f"{year}-01-05", "last_day": f"{year}-04-03"}
        return make("/terms", {"name": f"Term {year}", **days})["id"]

    def lesson(n):
        return box.upload(admin, f"{n}.txt", f"The crystal of place {n} glows.")

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
        "orgs": [box.ask("GET", "/auth/me", token=admin)["org"]["id"]] * 2,
    }
    user("learner")
    key = make("/keys", {"name": "Program", "scopes": ["chat", "embeddings"],
                         "requests_per_minute": 10_000})
    box.wait_until_ready(admin, *ids["knowledge"])
    tokens = {
        "administrator": admin,
        "learner": box.sign_in("learner"),
        "program": key["secret"],
    }
    return tokens, ids


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
    box = Box(binary, BWENGE_RATES=RATES)
    try:
        tokens, ids = fill(box)
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

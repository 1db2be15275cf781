"""The figures of people at one box: `make bench-people`.

A school of ten thousand comes in by one list; then pages are read, a class signs in at
once, and connections that dawdle try to keep others out.
"""

import http.client
import json
import random
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benches.common import figures
from benches.common.box import Box
from benches.common.client import Client
from benches.common.figures import Figure, pause
from benches.people import overhead

HERE = Path(__file__).parent
RUNS = 3
PEOPLE, CLASSES = 10_000, 300
CLASS = 40
READS = 200
SLOW = 500
MB = 1e6
HEAD = """# People: figures

Made by `make bench-people`; the same figures are in `results.json`."""
NOTES = """Sign-ins are by class code, name and four digits, as children do it: each is a hash of
argon2id (19 MiB, t=2, p=1). Dawdling connections have sent half a head and stay. Requests
of rows 5 leave at an even rate over 16 connections and count from when they were due;
`bare.rs` is the bare server, which takes turns with the box."""


def main() -> None:
    before = figures.load()
    with tempfile.TemporaryDirectory() as folder, Box(Path(folder) / "school") as box:
        admin = Client(box.url)
        admin.set_up()
        found = [*list_of_people(admin), *pages(admin)]
        pupils = a_class(admin)
        found += [*signing_in(box, pupils), *dawdlers(box, pupils), *overhead.rows(box, pupils)]
    facts = [*figures.conditions(), f"Load average over 1, 5 and 15 minutes before: {before}; after: {figures.load()}"]
    print(figures.write(HERE, HEAD, facts, found, NOTES))


def list_of_people(admin: Client) -> list[Figure]:
    """A list of the whole school, from the press of the button to its last row."""
    chance = random.Random(1)
    syllables = ["ka", "mu", "ri", "za", "ne", "go", "shi", "bwe", "ta", "ruha"]
    word = lambda: "".join(chance.choices(syllables, k=3)).capitalize()  # noqa: E731
    rows = [f"{n},{word()} {word()},C{n % CLASSES}" for n in range(PEOPLE)]
    table = "\n".join(["Student number,Name,Class", *rows]).encode()
    others = [pause()]
    began = time.perf_counter()
    path = f"/users/imports?name={quote('school.csv')}"
    sent = admin._send("POST", path, table, "application/octet-stream")["import"]
    shown = time.perf_counter() - began
    began = time.perf_counter()
    admin.call("POST", f"/users/imports/{sent['id']}/start", {})
    while True:
        now = admin.call("GET", f"/users/imports/{sent['id']}")["import"]
        if now["state"] != "running":
            break
        time.sleep(0.1)
    done = time.perf_counter() - began
    if now["state"] != "done" or now["counts"]["new"] != PEOPLE:
        raise RuntimeError(f"the list ended otherwise: {now}")
    return [
        Figure("1", f"{PEOPLE:,} people and {CLASSES} classes from a list", "s", [done], 60, others),
        Figure("1.1", "reading the list and saying what it would do", "s", [shown], None, others),
    ]


def pages(admin: Client) -> list[Figure]:
    """What the pages of a large school ask for."""
    first = admin.call("GET", "/classes")["classes"][0]["id"]
    asked = [("users", "/users"), ("classes", "/classes"), ("one class", f"/classes/{first}")]
    found = []
    for row, (name, path) in enumerate(asked, 1):
        others = [pause()]
        times = sorted(_timed(lambda path=path: admin.call("GET", path)) for _ in range(READS))
        p95 = times[READS * 95 // 100] * 1000
        found.append(Figure(f"2.{row}", f"list of {name}, p95 of {READS}", "ms", [p95], 100, others))
    return found


def a_class(admin: Client) -> tuple[str, list[tuple[str, str]]]:
    """A class that is open, and its learners with their digits."""
    made = admin.call("POST", "/classes", {"name": "Bench"})["id"]
    people = admin.call("GET", "/users")["users"]
    chosen = [user["id"] for user in people if user["role"] == "learner"][: CLASS * 2]
    admin.call("PATCH", f"/classes/{made}/members", {"add": chosen})
    cards = admin.call("POST", f"/classes/{made}/secrets", {"way": "pin"})["cards"]
    door = admin.call("PUT", f"/classes/{made}/door", {"minutes": 120})
    return door["code"], [(card["user"], "".join(card["parts"])) for card in cards]


def signing_in(box: Box, pupils: tuple[str, list[tuple[str, str]]]) -> list[Figure]:
    """A class presses the button together, each on a phone of their own."""
    code, secrets = pupils
    walls, grown, others = [], [], []
    for _ in range(RUNS):
        others.append(pause())
        before, most, over = box.rss_bytes(), 0, threading.Event()

        def watch() -> None:
            nonlocal most
            while not over.is_set():
                most = max(most, box.rss_bytes())
                time.sleep(0.005)

        watching = threading.Thread(target=watch)
        watching.start()
        walls.append(_together([lambda s=s: _enter(box, code, *s) for s in secrets[:CLASS]]))
        over.set()
        watching.join()
        grown.append((most - before) / MB)
    return [
        Figure("3", f"{CLASS} learners sign in together", "s", walls, 5, others),
        Figure("3.1", "memory of the server, more than before", "MB", grown, 64, others),
    ]


def dawdlers(box: Box, pupils: tuple[str, list[tuple[str, str]]]) -> list[Figure]:
    """A sign-in while connections send half a head and wait."""
    code, secrets = pupils
    alone, beside, others = [], [], []
    for run in range(RUNS):
        others.append(pause())
        alone.append(_timed(lambda: _enter(box, code, *secrets[CLASS + run])))
        with _slow_connections(box, SLOW):
            beside.append(_timed(lambda: _enter(box, code, *secrets[CLASS + 10 + run])))
    return [
        Figure("4", f"a sign-in beside {SLOW} slow connections", "s", beside, 5, others),
        Figure("4.1", "the same alone", "s", alone, None, others),
    ]


def _enter(box: Box, code: str, user: str, secret: str) -> None:
    """A learner signs in by the class, on a new phone."""
    connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=60)
    body = json.dumps({"code": code, "user": user, "secret": secret})
    headers = {"Origin": box.url, "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/auth/class/login", body, headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"not signed in: {answer.status} {said!r}")


@contextmanager
def _slow_connections(box: Box, count: int) -> Iterator[None]:
    host, port = box.url.removeprefix("http://").split(":")
    sockets = []
    try:
        for _ in range(count):
            slow = socket.create_connection((host, int(port)))
            slow.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: ")
            sockets.append(slow)
        yield
    finally:
        for slow in sockets:
            slow.close()


def _together(work: list[Callable[[], None]]) -> float:
    """Does all at once; how long until the last is done. One that fails fails all."""
    failed: list[BaseException] = []
    start = threading.Barrier(len(work) + 1)

    def run(one: Callable[[], None]) -> None:
        start.wait()
        try:
            one()
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    start.wait()
    took = _timed(lambda: [thread.join() for thread in threads])
    if failed:
        raise failed[0]
    return took


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

"""A school of ten thousand comes in by a list, and its pages are read."""

import http.client
import random
import time
from collections.abc import Iterator

from ..common.box import Box
from ..common.client import Client
from ..common.figures import pause
from .school import admin_sends

PEOPLE, CLASSES = 10_000, 300
#: Times each page is read in a run.
READS = 100
TEACHER = {"name": "Teacher", "username": "teacher", "password": "a long teacher password", "role": "teacher"}
#: Classes the teacher has.
TAUGHT = 6


def table() -> bytes:
    """A list of the whole school."""
    chance = random.Random(1)
    syllables = ["ka", "mu", "ri", "za", "ne", "go", "shi", "bwe", "ta", "ruha"]

    def word() -> str:
        return "".join(chance.choices(syllables, k=3)).capitalize()

    rows = [f"{n},{word()} {word()},C{n % CLASSES}" for n in range(PEOPLE)]
    return "\n".join(["Student number,Name,Class", *rows]).encode()


def brought_in(admin: Client) -> dict[str, float]:
    """From the press of the button to the last row; fails unless everybody came."""
    began = time.perf_counter()
    sent = admin_sends(admin, table())
    planned = time.perf_counter() - began
    began = time.perf_counter()
    path = f"/users/imports/{sent['id']}"
    admin.call("POST", f"{path}/start", {})
    shown: list[tuple[float, int]] = []
    while (now := admin.call("GET", path)["import"])["state"] == "running":
        if not shown or shown[-1][1] != now["done"]:
            shown.append((time.perf_counter(), now["done"]))
        time.sleep(0.1)
    done = time.perf_counter() - began
    if now["state"] != "done" or now["counts"]["new"] != PEOPLE:
        raise RuntimeError(f"the list ended otherwise: {now}")
    times = [began, *(at for at, _ in shown), began + done]
    return {
        "carried out, s": done,
        "read and planned before, s": planned,
        "numbers of progress shown, n": float(len(shown)),
        "longest time between two of them, s": max(later - sooner for sooner, later in zip(times, times[1:])),
    }


def pages(box: Box, admin: Client) -> Iterator[tuple[str, str, Client]]:
    """Everything that is a list, as an administrator and some as a teacher see it."""
    admin.call("POST", "/users", {**TEACHER, "language": "en"})
    [teacher_there] = admin.call("GET", "/users?among=teacher")["users"]
    teacher_id = teacher_there["id"]
    taught = admin.call("GET", "/classes")["classes"][:TAUGHT]
    for one in taught:
        admin.call("PATCH", f"/classes/{one['id']}/members", {"add": [teacher_id]})
    teacher = Client(box.url)
    teacher.call("POST", "/auth/login", {key: TEACHER[key] for key in ("username", "password")})
    # A class in the trash, a list that waits: no page is empty for lack of things.
    gone = admin.call("POST", "/classes", {"name": "Gone"})["id"]
    admin.call("DELETE", f"/classes/{gone}")
    waits = admin_sends(admin, table())["id"]
    found = {
        "people": "/users",
        "people, the last page": f"/users?from={PEOPLE - 20}",
        "people of a name": "/users?among=learner&name=ka%20mu",
        "people for a class": f"/users?active=true&outside={taught[0]['id']}",
        "classes": "/classes",
        "one class": f"/classes/{taught[0]['id']}",
        "the log": "/audit",
        "the log about one person": f"/audit?person={teacher_id}",
        "lists that were sent": "/users/imports",
        "rows of a list of everybody": f"/users/imports/{waits}/rows",
        "invitations": "/invitations",
        "who waits to join": "/joining/waiting",
        "years and terms": "/terms",
        "the trash": "/trash",
        "sessions": "/auth/sessions",
    }
    for title, path in found.items():
        yield title, path, admin
    for title in ("people", "classes", "one class"):
        yield f"{title}, for a teacher", found[title], teacher


def read(box: Box, who: Client, path: str, runs: int) -> tuple[dict[str, list[float]], list[float]]:
    """How long a page takes to its last byte, over one connection that is kept."""
    p50s, p95s, others = [], [], []
    headers = {"Cookie": who._cookie_header()}
    for _ in range(runs):
        others.append(pause())
        connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=60)
        times = []
        for _ in range(READS):
            began = time.perf_counter()
            connection.request("GET", f"/api/v1{path}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - began)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
        connection.close()
        times.sort()
        p50s.append(times[READS // 2] * 1000)
        p95s.append(times[READS * 95 // 100] * 1000)
    return {"p95, ms": p95s, "p50, ms": p50s}, others

"""A school on a box of its own, with learners who have digits."""

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..common.box import Box
from ..common.client import Client

#: Learners who get digits.
CLASS = 60


@dataclass(frozen=True)
class Pupils:
    """A class that is open, and its learners with their digits."""

    code: str
    secrets: list[tuple[str, str]]


@contextmanager
def opened(data: Path) -> Iterator[tuple[Box, Client]]:
    """A new box and its administrator."""
    with Box(data) as box:
        admin = Client(box.url)
        admin.set_up()
        yield box, admin


def learners(admin: Client, count: int) -> None:
    """Adds a class of so many by a list."""
    rows = "\n".join(f"Learner {n},Small" for n in range(count))
    sent = admin_sends(admin, f"Name,Class\n{rows}".encode())
    path = f"/users/imports/{sent['id']}"
    admin.call("POST", f"{path}/start", {})
    while (state := admin.call("GET", path)["import"]["state"]) == "running":
        time.sleep(0.1)
    if state != "done":
        raise RuntimeError(f"the list of a class ended as {state}")


def admin_sends(admin: Client, table: bytes) -> dict[str, object]:
    """Sends a list; what the box says it would do."""
    return admin._send("POST", "/users/imports?name=list.csv", table, "application/octet-stream")["import"]


def with_digits(admin: Client, count: int) -> Pupils:
    """Gives digits to the learners of a new class."""
    made = admin.call("POST", "/classes", {"name": "With digits"})["id"]
    people = admin.call("GET", f"/users?among=learner&limit={count}")["users"]
    chosen = [person["id"] for person in people]
    admin.call("PATCH", f"/classes/{made}/members", {"add": chosen})
    cards = admin.call("POST", f"/classes/{made}/secrets", {"way": "pin"})["cards"]
    door = admin.call("PUT", f"/classes/{made}/door", {"minutes": 240})
    return Pupils(door["code"], [(card["user"], "".join(card["parts"])) for card in cards])


def enter(box: Box, pupils: Pupils, which: int) -> None:
    """A learner signs in by the class, on a new phone."""
    user, secret = pupils.secrets[which]
    connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=150)
    body = json.dumps({"code": pupils.code, "user": user, "secret": secret})
    headers = {"Origin": box.url, "Content-Type": "application/json"}
    try:
        connection.request("POST", "/api/v1/auth/class/login", body, headers)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"not signed in: {answer.status} {said!r}")

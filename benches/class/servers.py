"""The servers that are compared, each as a context that can be entered again on its folder."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..common.box import Box, peak_bytes
from ..common.client import Client
from .completions import Endpoint

HERE = Path(__file__).parent
SETTINGS = ("default", "tuned")
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    endpoint: Endpoint
    #: The same for somebody else.
    other: Endpoint
    peak_bytes: Callable[[], int]
    #: Makes what it knows of a prompt survive its end.
    save: Callable[[], None]
    #: Takes that back.
    restore: Callable[[], None]
    #: The administrator's browser; none for a peer.
    client: Client | None = None


#: Starts a server on a folder of its own.
Start = Callable[[Path], AbstractContextManager[Server]]


@contextmanager
def bwenge(model: str, folder: Path) -> Iterator[Server]:
    """A box with one language model and two keys to it."""
    os.environ["BWENGE_LLM"] = model
    with Box(folder) as box:
        client, secrets = Client(box.url), folder / "bench-keys.json"
        if secrets.exists():
            client.sign_in()
        else:
            client.set_up()
            asked = {"scopes": ["chat"], "requests_per_minute": 6000, "batch": False}
            keys = [client.call("POST", "/keys", {"name": name, **asked})["secret"] for name in ("one", "other")]
            secrets.write_text(json.dumps(keys))
        box.wait_for_models()
        host = box.url.removeprefix("http://")
        one, other = (Endpoint(host, key, model) for key in json.loads(secrets.read_text()))

        def saved() -> None:
            """It saves by itself; this waits until it has."""
            deadline = time.perf_counter() + PATIENCE_S
            while not list(folder.glob("beginnings/*/*")):
                if time.perf_counter() > deadline:
                    raise TimeoutError("nothing was saved")
                time.sleep(0.1)

        # It restores by itself too, in the time a pupil takes to type.
        yield Server(one, other, box.peak_bytes, saved, lambda: time.sleep(1), client)


@contextmanager
def peer(file: Path, threads: int, setting: str, folder: Path) -> Iterator[Server]:
    """llama-server with the same file."""
    command = [sys.executable, str(HERE / "peer.py"), str(file), str(threads), setting, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        host = process.stdout.readline().strip().removeprefix("http://")

        def slot(action: str) -> None:
            connection = http.client.HTTPConnection(host, timeout=PATIENCE_S)
            body = json.dumps({"filename": "lesson"}).encode()
            connection.request("POST", f"/slots/0?action={action}", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            if response.status != 200:
                raise RuntimeError(f"{action}: {response.status} {response.read().decode()}")
            connection.close()

        endpoint = Endpoint(host, extra={"cache_prompt": True})
        first = Endpoint(host, extra={"cache_prompt": True, "id_slot": 0})
        yield Server(
            endpoint, first, lambda: peak_bytes(process.pid), lambda: slot("save"), lambda: slot("restore")
        )
    finally:
        process.kill()
        process.wait()

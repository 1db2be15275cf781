"""What a browser fetches for a page, counted by Chromium itself."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from websockets.sync.client import ClientConnection, connect

QUIET_S = 1.5
LONGEST_S = 30.0


@dataclass
class Fetched:
    """One page with everything it needed, in bytes as they were received."""

    content: int
    heads: int
    requests: int
    encodings: set[str]

    def add(self, head: int, content: int) -> None:
        self.heads += head
        self.content += content
        self.requests += 1


def program() -> str:
    """The Chromium to use."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("there is no Chromium; install it or name it in CHROMIUM")
    return found


def fetch(url: str) -> Fetched:
    """Opens `url` in a new profile and waits until nothing more is fetched.

    Names below `.local` lead to this machine: only for `localhost` does
    Chromium accept brotli over plain HTTP, so a phone in a school gets gzip.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                program(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--host-resolver-rules=MAP *.local 127.0.0.1",
                f"--user-data-dir={profile}",
                # The first page of a site gets a process of its own and loses
                # events on the way, so that is not the page to watch.
                f"{url}health",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stderr
            ready = next(line for line in process.stderr if "DevTools listening on" in line)
            host = ready.split("ws://")[1].split("/")[0]
            local = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            began = time.monotonic()
            while True:
                with local.open(f"http://{host}/json/list") as tabs:
                    tab = next((tab for tab in json.load(tabs) if tab["url"] == f"{url}health"), None)
                if tab:
                    break
                if time.monotonic() - began > LONGEST_S:
                    raise TimeoutError(f"{url} does not open")
                time.sleep(0.1)
            with connect(tab["webSocketDebuggerUrl"], max_size=None, proxy=None) as socket:
                return _watch(_Page(socket), url)
        finally:
            process.terminate()
            process.wait(10)


class _Page:
    """A tab: commands in, events out."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0

    def command(self, method: str, **params: Any) -> None:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))

    def event(self) -> dict[str, Any]:
        """The next event; an empty one after a moment without any."""
        try:
            return json.loads(self._socket.recv(0.2))
        except TimeoutError:
            return {}


def _watch(page: _Page, url: str) -> Fetched:
    page.command("Network.enable")
    page.command("Network.clearBrowserCache")
    page.command("Page.navigate", url=url)
    fetched = Fetched(0, 0, 0, set())
    # Answers under way: the bytes of the head, and of the content as announced.
    open_: dict[str, tuple[int, int] | None] = {}
    quiet_since = began = time.monotonic()
    while None in open_.values() or not fetched.requests or time.monotonic() - quiet_since < QUIET_S:
        if time.monotonic() - began > LONGEST_S:
            raise TimeoutError(f"{url} is never complete")
        event = page.event()
        params = event.get("params", {})
        request = params.get("requestId")
        match event.get("method"):
            case "Network.requestWillBeSent" if params["request"]["url"].startswith("http"):
                open_[request] = None
            case "Network.responseReceived" if request in open_:
                response = params["response"]
                names = {name.lower(): value for name, value in response["headers"].items()}
                fetched.encodings.add(names.get("content-encoding", "none"))
                open_[request] = int(response["encodedDataLength"]), int(names.get("content-length", 0))
            case "Network.loadingFailed" if request in open_:
                raise RuntimeError(f"{url}: {params['errorText']}")
            case "Network.loadingFinished" if answer := open_.pop(request, None):
                fetched.add(answer[0], int(params["encodedDataLength"]) - answer[0])
            case _:
                continue
        quiet_since = time.monotonic()
    # Content the page does not read, such as that of a 401, is never "finished".
    for head, content in filter(None, open_.values()):
        fetched.add(head, content)
    return fetched

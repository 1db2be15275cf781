"""A box of its own: the real program on a data folder and a free loopback port.

Which program and models is said in the environment: `BWENGE_BIN`, and what
`bwenge serve` reads itself (`BWENGE_MODELS_DIR`, `BWENGE_LLM`, ...).
"""

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Any

START_S = 60.0
STOP_S = 30.0


class Box:
    """A running box; a context that ends with the process ended."""

    def __init__(self, data: Path) -> None:
        self.log: list[dict[str, Any]] = []
        self._listening = threading.Event()
        self.url = ""
        command = [str(binary()), "serve", "--data-dir", str(data), "--listen", "127.0.0.1:0"]
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, "--log-format", "json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for stream, take in [(self.process.stdout, self._said), (self.process.stderr, self._logged)]:
            assert stream
            threading.Thread(target=_each_line, args=(stream, take), daemon=True).start()
        try:
            if not self._listening.wait(START_S) or not self.url:
                raise RuntimeError(f"the box did not start: {self.log}")
            self._wait_for_health()
        except BaseException:
            self.stop()
            raise
        # From making the process to the first answer.
        self.start_s = time.perf_counter() - began

    def __enter__(self) -> "Box":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Asks the box to stop, and makes it when it does not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def events(self, message: str) -> list[dict[str, Any]]:
        """The fields of the log lines with this message so far."""
        return [line["fields"] for line in self.log if line["fields"].get("message") == message]

    def wait_for_event(self, message: str, count: int, within_s: float = START_S) -> list[dict[str, Any]]:
        """The same, once there are `count` of them."""
        deadline = time.perf_counter() + within_s
        while len(found := self.events(message)) < count:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{len(found)} of {count} times {message} in the log")
            time.sleep(0.01)
        return found

    def wait_for_models(self) -> None:
        """Returns when the language model is loaded; that of search is when it is needed."""
        self.wait_for_event("worker.ready", 1)

    def rss_bytes(self) -> int:
        """Resident memory of the server itself."""
        return rss_bytes(self.process.pid)

    def workers_rss_bytes(self) -> int:
        """Resident memory of its workers together."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return sum(rss_bytes(int(pid)) for pids in lists for pid in pids.read_text().split())

    def peak_bytes(self) -> int:
        """The most memory the server and its workers had resident, each at its own time."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        workers = [int(pid) for pids in lists for pid in pids.read_text().split()]
        return sum(peak_bytes(pid) for pid in [self.process.pid, *workers])

    def _wait_for_health(self) -> None:
        deadline = time.perf_counter() + START_S
        while True:
            connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=5)
            try:
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            finally:
                connection.close()
            if time.perf_counter() > deadline:
                raise TimeoutError("no 200 from /health")
            time.sleep(0.002)

    def _said(self, line: str | None) -> None:
        if line is None or line.startswith("listening on "):
            self.url = (line or "").removeprefix("listening on ").strip()
            self._listening.set()

    def _logged(self, line: str | None) -> None:
        if line and line.startswith("{"):
            self.log.append(json.loads(line))
        elif line:
            self.log.append({"fields": {"message": line.strip()}})


def binary() -> Path:
    """The program under test."""
    path = os.environ.get("BWENGE_BIN")
    if not path:
        raise SystemExit("BWENGE_BIN names no binary: run `make bench-box`")
    return Path(path)


def rss_bytes(pid: int) -> int:
    """Resident memory of a process, files it has mapped included."""
    return _of_status(pid, "VmRSS:")


def peak_bytes(pid: int) -> int:
    """The most of that so far."""
    return _of_status(pid, "VmHWM:")


def _of_status(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line for line in status.splitlines() if line.startswith(name))
    return int(kilobytes.split()[1]) * 1024


def _each_line(stream: IO[bytes], take: Any) -> None:
    for line in stream:
        take(line.decode(errors="replace"))
    take(None)

"""A browser's end of the box: cookies, JSON calls and the chat socket."""

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from websockets.sync.client import connect
from websockets.typing import Origin

ADMIN = {"username": "bench", "password": "a long bench password"}
PATIENCE_S = 180.0


class Refused(Exception):
    """An answer other than 2xx."""


@dataclass
class Answer:
    """What the socket said about one question; times count from asking."""

    passages_s: float = 0.0
    first_text_s: float | None = None
    done_s: float = 0.0
    passages: list[dict[str, Any]] = field(default_factory=list)
    message: dict[str, Any] = field(default_factory=dict)


class Client:
    """One person's browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._host = url.removeprefix("http://")
        self._cookies: dict[str, str] = {}

    def set_up(self) -> None:
        """Sets the school up; its administrator is signed in."""
        school = {"school_name": "Bench", "school_kind": "primary", "language": "en"}
        self.call("POST", "/setup", {**school, **ADMIN, "admin_name": "Bench", "sample": False})

    def sign_in(self) -> None:
        """Signs the administrator in."""
        self.call("POST", "/auth/login", ADMIN)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A call of `/api/v1` with JSON both ways."""
        sent = None if body is None else json.dumps(body).encode()
        return self._send(method, path, sent, "application/json")

    def upload(self, file_name: str, content: bytes) -> dict[str, Any]:
        """Uploads a lesson; returns it as the box answered."""
        edge = uuid.uuid4().hex
        head = f'Content-Disposition: form-data; name="file"; filename="{file_name}"'
        body = f"--{edge}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        return self._send("POST", "/knowledge/upload", body, kind)

    def lesson(self, lesson_id: str) -> dict[str, Any]:
        """A lesson as it is now; a failed one raises."""
        lesson = self.call("GET", f"/knowledge/{lesson_id}")
        if lesson["status"] == "failed":
            raise RuntimeError(f"the lesson failed: {lesson['failure']}")
        return lesson

    def search(self, words: str) -> list[dict[str, Any]]:
        """The passages found for some words."""
        return self.call("GET", f"/knowledge/search?q={quote(words)}")["passages"]

    def persona(self, name: str) -> str:
        """Makes a tutor that answers in English from all lessons; its id."""
        return self.call("POST", "/personas", {"name": name, "language": "en"})["id"]

    def ask(self, persona_id: str, text: str) -> Answer:
        """Asks in a new chat, on an open socket, and reads to the end."""
        answer = Answer()
        cookies = {"Cookie": self._cookie_header()}
        address = f"ws://{self._host}/api/v1/ws/chat"
        with connect(address, origin=Origin(self.url), additional_headers=cookies, proxy=None) as socket:
            json.loads(socket.recv(PATIENCE_S))  # hello
            ask = {"type": "ask", "client_id": str(uuid.uuid4()), "persona_id": persona_id, "text": text}
            began = time.perf_counter()
            socket.send(json.dumps(ask))
            while not answer.message:
                event = json.loads(socket.recv(PATIENCE_S))
                took = time.perf_counter() - began
                match event["type"]:
                    case "passages":
                        answer.passages_s, answer.passages = took, event["passages"]
                    case "text" if answer.first_text_s is None:
                        answer.first_text_s = took
                    case "done":
                        answer.done_s, answer.message = took, event["message"]
                    case "error":
                        raise Refused(f"{text}: {event['code']}")
        return answer

    def _send(self, method: str, path: str, body: bytes | None, kind: str, again: bool = True) -> Any:
        headers = {"Origin": self.url, "Cookie": self._cookie_header()}
        if body is not None:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection(self._host, timeout=PATIENCE_S)
        try:
            connection.request(method, f"/api/v1{path}", body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if response.status == 401 and again and not path.startswith("/auth"):
            self._send("POST", "/auth/refresh", b"", "application/json")
            return self._send(method, path, body, kind, again=False)
        if response.status >= 300:
            raise Refused(f"{method} {path}: {response.status} {content.decode()}")
        return json.loads(content) if content else None

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

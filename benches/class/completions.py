"""Streams completions from a server that speaks OpenAI's protocol: Bwenge or a peer."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Endpoint:
    """Where completions come from."""

    host: str
    key: str = ""
    model: str = ""
    #: Fields of every request, such as a peer's own switches.
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stream:
    """One completion; times in seconds since it was asked for."""

    first_s: float = 0.0
    done_s: float = 0.0
    #: When each piece of text came.
    pieces_s: list[float] = field(default_factory=list)
    text: str = ""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    tokens: int = 0

    def gaps_s(self) -> list[float]:
        """Time between one piece of text and the next."""
        return [later - sooner for sooner, later in zip(self.pieces_s, self.pieces_s[1:])]


def complete(endpoint: Endpoint, prompt: str, max_tokens: int) -> Stream:
    """Asks for one completion and reads it to its end."""
    body = {
        "model": endpoint.model,
        "prompt": prompt,
        "max_tokens": max_tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
        **endpoint.extra,
    }
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.key}"}
    connection = http.client.HTTPConnection(endpoint.host, timeout=1800)
    stream = Stream()
    began = time.perf_counter()
    connection.request("POST", "/v1/completions", json.dumps(body).encode(), headers)
    response = connection.getresponse()
    if response.status != 200:
        raise RuntimeError(f"{response.status} {response.read().decode()}")
    for line in response:
        if not line.startswith(b"data: ") or line.startswith(b"data: [DONE]"):
            continue
        chunk = json.loads(line[6:])
        text = "".join(choice.get("text") or "" for choice in chunk.get("choices", []))
        if text:
            stream.pieces_s.append(time.perf_counter() - began)
            stream.text += text
        if usage := chunk.get("usage"):
            stream.prompt_tokens = usage["prompt_tokens"]
            stream.tokens = usage["completion_tokens"]
            details = usage.get("prompt_tokens_details") or {}
            stream.cached_tokens = details.get("cached_tokens", 0)
    stream.done_s = time.perf_counter() - began
    stream.first_s = stream.pieces_s[0] if stream.pieces_s else stream.done_s
    connection.close()
    return stream


def burst(endpoint: Endpoint, prompts: list[str], max_tokens: int) -> tuple[float, list[Stream]]:
    """Asks everything at once; the seconds until the last has ended, and each."""
    streams: list[Stream | None] = [None] * len(prompts)
    failures: list[BaseException] = []

    def one(at: int) -> None:
        try:
            streams[at] = complete(endpoint, prompts[at], max_tokens)
        except BaseException as failure:  # noqa: BLE001 - told below
            failures.append(failure)

    threads = [threading.Thread(target=one, args=(at,)) for at in range(len(prompts))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - began, [stream for stream in streams if stream]

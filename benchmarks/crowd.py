"""A crowd of browsers over plain HTTP: each sends what it was told at its moment and notes what it got.

One process and one loop: 500 browsers must not cost the machine what they are there to measure.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 60  # seconds
CUT = 0
"""The status of what was never answered: the connection broke or was refused."""


@dataclass(frozen=True)
class Click:
    """One form that a browser sends: after how many seconds, where to, as whom, and with what in it."""

    after: float
    address: str
    cookie: str
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What came of a click: its status, where it leads, and the seconds from the click to the last byte."""

    click: Click
    status: int
    leads_to: str
    seconds: float
    sent_at: float
    """By the wall clock, seconds since 1970."""


def send(
    port: int, browsers: Iterable[Sequence[Click]], meanwhile: Callable[[], None] | None = None
) -> list[Answer]:
    """Let each browser send its clicks, one after the other has been answered; all browsers at once.

    `meanwhile` runs in a thread of its own beside them.
    """
    return asyncio.run(_send(port, browsers, meanwhile))


async def _send(
    port: int, browsers: Iterable[Sequence[Click]], meanwhile: Callable[[], None] | None
) -> list[Answer]:
    started = time.monotonic()
    tasks = [asyncio.create_task(_browse(port, clicks, started)) for clicks in browsers]
    if meanwhile is not None:
        await asyncio.to_thread(meanwhile)
    return [answer for answers in await asyncio.gather(*tasks) for answer in answers]


async def _browse(port: int, clicks: Sequence[Click], started: float) -> list[Answer]:
    answers = []
    for click in clicks:
        await asyncio.sleep(max(0.0, started + click.after - time.monotonic()))
        answers.append(await _click(port, click))
    return answers


async def _click(port: int, click: Click) -> Answer:
    sent_at, begun = time.time(), time.perf_counter()
    try:
        status, leads_to = await asyncio.wait_for(_exchange(port, click), PATIENCE)
    except (OSError, EOFError, ValueError, IndexError, TimeoutError):
        status, leads_to = CUT, ""
    return Answer(click, status, leads_to, time.perf_counter() - begun, sent_at)


async def _exchange(port: int, click: Click) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = (
            f"POST {click.address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={click.cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(click.body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode() + click.body)
        await writer.drain()
        read = await reader.read(-1)
    finally:
        writer.close()
    first, *headers = read.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    location = next((line[9:].strip() for line in headers if line.lower().startswith("location:")), "")
    return int(first.split()[1]), urlsplit(location).path

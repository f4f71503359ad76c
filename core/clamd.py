"""Asking a ClamAV daemon about a file: its INSTREAM command over a Unix socket or TCP, nothing else."""

import socket
import struct

CHUNK = 64 * 1024
SECONDS = 60
LONGEST_ANSWER = 4096


class ScannerFailed(OSError):
    """The scanner cannot be reached, or did not say whether the file is clean."""


def found_in(address: str, content: bytes) -> str | None:
    """What the scanner found in a content, by its signature's name; None where that is nothing.

    `address` is the path of a Unix socket, or host:port. Raises `ScannerFailed`.
    """
    try:
        with _connected(address) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                scanner.sendall(struct.pack("!I", len(chunk)) + chunk)
            scanner.sendall(struct.pack("!I", 0))
            answer = _answer(scanner)
    except OSError as problem:
        raise ScannerFailed(f"the scanner at {address} did not answer: {problem}") from problem
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:200] or "something"
    if answer == "stream: OK":
        return None
    raise ScannerFailed(f"the scanner at {address} answered {answer!r}")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(SECONDS)
        try:
            scanner.connect(address)
        except OSError:
            scanner.close()
            raise
        return scanner
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise OSError("it is neither a path nor host:port")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(scanner: socket.socket) -> str:
    """Read up to the NUL that ends an answer."""
    read = b""
    while b"\0" not in read and len(read) < LONGEST_ANSWER:
        more = scanner.recv(LONGEST_ANSWER)
        if not more:
            break
        read += more
    return read.partition(b"\0")[0].decode("utf-8", "replace").strip()

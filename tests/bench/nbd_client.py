"""A client that writes what a guest would write, many requests at a time."""

import socket
import struct
from collections.abc import Iterable
from pathlib import Path

from measure import RunFailed

READ, WRITE, DISCONNECT, FLUSH = range(4)
IN_FLIGHT = 16  # as the block layer of a guest


class NbdClient:
    """Simple replies, no name; a server that answers with an error ends the measurement."""

    def __init__(self, path: Path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.reader = self.socket.makefile("rb", buffering=1 << 16)
        self.waiting: list[int] = []  # lengths of the data that answers bring
        self.reader.read(18)
        self.socket.sendall(struct.pack(">I", 3) + b"IHAVEOPT" + struct.pack(">II", 1, 0))
        self.size = struct.unpack(">QH", self.reader.read(10))[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.sendall(self.request(DISCONNECT, 0, 0))
        self.socket.close()

    @staticmethod
    def request(command: int, offset: int, length: int) -> bytes:
        return struct.pack(">IHHQQI", 0x25609513, 0, command, 0, offset, length)

    def write(self, offset: int, content: bytes) -> None:
        """Is answered later; at most so many are in flight."""
        while len(self.waiting) >= IN_FLIGHT:
            self.hear()
        self.socket.sendall(self.request(WRITE, offset, len(content)) + content)
        self.waiting.append(0)

    def write_all(self, pieces: Iterable[tuple[int, bytes]]) -> None:
        for offset, content in pieces:
            self.write(offset, content)
        self.finish()

    def flush(self) -> None:
        self.socket.sendall(self.request(FLUSH, 0, 0))
        self.waiting.append(0)
        self.finish()

    def read(self, offset: int, length: int) -> bytes:
        self.finish()
        self.socket.sendall(self.request(READ, offset, length))
        self.waiting.append(length)
        return self.hear()

    def finish(self) -> None:
        while self.waiting:
            self.hear()

    def hear(self) -> bytes:
        magic, error, _ = struct.unpack(">IIQ", self.reader.read(16))
        if magic != 0x67446698 or error != 0:
            raise RunFailed(f"the server answered with error {error}")
        length = self.waiting.pop(0)
        return self.reader.read(length) if length else b""

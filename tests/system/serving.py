"""Starts `fatlas-cli serve` and speaks NBD to it, byte by byte where libnbd would be too polite."""

import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import time

from support import CLI, environment

PATIENCE = 120  # seconds; machines may be slow, nothing here is a measurement

READ, WRITE, DISC, FLUSH, TRIM, CACHE, WRITE_ZEROES, BLOCK_STATUS = range(8)
EPERM, EIO, EINVAL, ENOSPC = 1, 5, 22, 28


class Server:
    """A server in the background; `uri` and `socket` lead to it."""

    def __init__(self, process, lines):
        self.process = process
        self.lines = lines
        self.uri = re.search(r"^uri +(\S+)$", lines, re.MULTILINE).group(1)
        found = re.search(r"socket=(\S+)", self.uri)
        self.socket = found.group(1) if found else None

    def stop(self, number=signal.SIGTERM):
        """Exit status and what it said on stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def memory(self):
        """KiB of its own memory."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"RssAnon:\s+(\d+)", file.read()).group(1))


def start(*arguments, env=None, **options):
    process = subprocess.Popen([CLI, "serve", *map(str, arguments)], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=env or environment(), **options)
    lines = ""
    for line in process.stdout:
        lines += line
        if line.startswith("Ctrl+C"):
            return Server(process, lines)
    said = process.stderr.read()
    process.communicate()
    raise AssertionError(f"serve ended with {process.returncode}: {said}")


@contextlib.contextmanager
def served(*arguments, **options):
    server = start(*arguments, **options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


class Raw:
    """A client that says exactly what it is told to."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, data):
        self.socket.sendall(data)

    def hear(self, count):
        """Fewer bytes when the server has closed."""
        heard = b""
        while len(heard) < count:
            try:
                piece = self.socket.recv(min(count - len(heard), 1 << 20))
            except ConnectionResetError:
                break
            if not piece:
                break
            heard += piece
        return heard

    def greet(self, flags=3):
        greeting = self.hear(18)
        assert greeting == b"NBDMAGICIHAVEOPT\0\3", greeting
        self.say(struct.pack(">I", flags))

    def option(self, number, data=b"", length=None):
        self.say(b"IHAVEOPT" + struct.pack(">II", number, len(data) if length is None else length)
                 + data)

    def option_reply(self):
        """(type, data) of the next one."""
        magic, _, kind, length = struct.unpack(">QIII", self.hear(20))
        assert magic == 0x3E889045565A9
        return kind, self.hear(length)

    def enter(self, name=b""):
        """By EXPORT_NAME, so that replies are simple; gives the size of the disk."""
        self.greet()
        self.option(1, name)
        return struct.unpack(">QH", self.hear(10))[0]

    @staticmethod
    def request(command, offset=0, length=0, cookie=1, flags=0):
        return struct.pack(">IHHQQI", 0x25609513, flags, command, cookie, offset, length)

    def ask(self, command, offset=0, length=0, cookie=1, flags=0, payload=b""):
        """Error number of the answer."""
        self.say(self.request(command, offset, length, cookie, flags) + payload)
        magic, error, heard = struct.unpack(">IIQ", self.hear(16))
        assert (magic, heard) == (0x67446698, cookie), (hex(magic), heard)
        return error

    def is_closed(self):
        return self.hear(1) == b""


def until(condition):
    """Waits until it holds; False after a long time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def exists(path):
    return os.path.lexists(path)

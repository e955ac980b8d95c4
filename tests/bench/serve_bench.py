"""A served disk: how many requests a second, how many bytes, and how soon the first one.

The peers serve the same bytes and are asked by the same programs: fio's NBD engine with 4 KiB at
random places and 16 requests in flight, and nbdcopy into nothing. Times of fio are its own, without
its start.
"""

import contextlib
import json
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import places
import trees
from measure import Contender, Row, RunFailed, Sample, race, say

START_LIMIT = 120  # seconds
Server = Callable[[Path], list[str]]  # a command that listens on this socket


@contextlib.contextmanager
def listening(command: Server, place: Path):
    """Starts a server and gives the URI of its disk."""
    path = place / "nbd.sock"
    path.unlink(missing_ok=True)
    with subprocess.Popen(command(path), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            await_greeting(process, path)
            yield f"nbd+unix:///?socket={path}"
        finally:
            process.kill()
    path.unlink(missing_ok=True)


def await_greeting(process: subprocess.Popen, path: Path) -> None:
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RunFailed(f"{process.args[0]}: {process.stderr.read().strip()[-200:]}")
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            if client.recv(8) == b"NBDMAGIC":
                return
        time.sleep(0.002)
    raise RunFailed(f"{process.args[0]}: nobody answers on {path}")


def fio_us(uri: str, mode: str, count: int, size: int) -> float:
    """Microseconds for each of `count` requests in the first `size` bytes, where the files are:
    disks of the same files differ in how much free space follows."""
    done = subprocess.run(["fio", "--name=bench", "--ioengine=nbd", f"--uri={uri}",
                           f"--rw={mode}", "--bs=4k", "--iodepth=16", f"--number_ios={count}",
                           f"--size={size}", "--output-format=json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RunFailed(f"fio: {(done.stderr or done.stdout).strip()[-200:]}")
    job = json.loads(done.stdout[done.stdout.index("{"):])["jobs"][0]
    return 1e6 / job["write" if "write" in mode else "read"]["iops"]


def copy_ms(*arguments: str) -> float:
    start = time.perf_counter()
    done = subprocess.run(["nbdcopy", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RunFailed(f"nbdcopy: {done.stderr.strip()[-200:]}")
    return (time.perf_counter() - start) * 1000


class Peers:
    """Servers of the same bytes, by name."""

    def __init__(self, options, place: Path, size: int):
        self.options, self.place, self.size = options, place, size
        self.tree, self.image = place / "tree", place / "disk.img"
        trees.content_tree(self.tree, 200, size)
        subprocess.run([options.cli, "create", str(self.tree), "-o", str(self.image),
                        "--fat", "16"], check=True, stdout=subprocess.DEVNULL)

    def ours(self, what: Path, *arguments: str) -> Server:
        return lambda path: [self.options.cli, "serve", str(what), "--socket", str(path),
                             *arguments]

    def nbdkit_file(self, path: Path) -> list[str]:
        return ["nbdkit", "-f", "-U", str(path), "file", str(self.image)]

    def nbdkit_memory(self, path: Path) -> list[str]:
        return ["nbdkit", "-f", "-U", str(path), "memory", str(self.image.stat().st_size)]

    def qemu_fat(self, path: Path) -> list[str]:
        return ["qemu-storage-daemon", "--blockdev",
                f"driver=vvfat,node-name=disk,dir={self.tree},fat-type=16,read-only=on",
                "--nbd-server", f"addr.type=unix,addr.path={path},max-connections=16",
                "--export", "type=nbd,id=e,node-name=disk,name="]

    def race(self, what: str, servers: dict[str, Server], measure: Callable[[str], float],
             unit: str) -> dict[str, Sample]:
        def contender(name: str, server: Server) -> Contender:
            def run_it() -> float:
                with listening(server, self.place) as uri:
                    return measure(uri)
            return Contender(name, run_it)

        say(f"{what}: {self.options.rounds} rounds ...")
        samples = race([contender(*item) for item in servers.items()], self.options.rounds,
                       self.place)
        for sample in samples.values():
            sample.unit = unit
        return samples


def bench_serve_read(options) -> list[Row]:
    """Random reads and whole copies: an image against nbdkit, a folder against QEMU's fat:."""
    size, count = ((40 << 20), 20_000) if options.quick else ((400 << 20), 100_000)
    rows = []
    with places.folder(options.dir) as place:
        peers = Peers(options, place, size)
        servers = {"image": peers.ours(peers.image), "folder": peers.ours(peers.tree, "--fat", "16"),
                   "nbdkit file": peers.nbdkit_file, "qemu fat:": peers.qemu_fat}
        for what, measure, unit in (
                ("serve: 4 KiB random read, depth 16, each", lambda uri: fio_us(uri, "randread",
                                                                                count, size), "us"),
                (f"serve: nbdcopy of {size >> 20} MiB to null", lambda uri: copy_ms(uri, "null:"),
                 "ms")):
            samples = peers.race(what, servers, measure, unit)
            rows += [Row(f"{what}, image", samples["image"], "nbdkit file, same image",
                         samples["nbdkit file"], 1.0),
                     Row(f"{what}, folder", samples["folder"], "QEMU fat:, same folder",
                         samples["qemu fat:"], 0.33)]
    return rows


def bench_serve_write(options) -> list[Row]:
    """Into the overlay on disk, against a server that keeps everything in memory."""
    size, count = ((40 << 20), 20_000) if options.quick else ((200 << 20), 100_000)
    rows = []
    with places.folder(options.dir) as place:
        peers = Peers(options, place, size)
        servers = {"scratch": peers.ours(peers.image, "--scratch"),
                   "nbdkit memory": peers.nbdkit_memory}
        for what, measure, unit in (
                ("serve --scratch: 4 KiB random write, depth 16, each",
                 lambda uri: fio_us(uri, "randwrite", count, size), "us"),
                (f"serve --scratch: nbdcopy of {size >> 20} MiB into it",
                 lambda uri: copy_ms(str(peers.image), uri), "ms")):
            samples = peers.race(what, servers, measure, unit)
            rows.append(Row(what, samples["scratch"], "nbdkit memory", samples["nbdkit memory"],
                            1.25))
    return rows


def read_first_byte(path: Path, process: subprocess.Popen) -> None:
    """Connects as soon as that is possible, and reads one byte."""
    with socket.socket(socket.AF_UNIX) as client:
        while True:
            with contextlib.suppress(OSError):
                client.connect(str(path))
                break
            if process.poll() is not None:
                raise RunFailed("serve ended")
            time.sleep(0.0005)
        reader = client.makefile("rb")
        reader.read(18)
        client.sendall(struct.pack(">I", 3) + b"IHAVEOPT" + struct.pack(">II", 1, 0))
        reader.read(10)
        client.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 0, 1, 0, 1))
        if reader.read(17)[4:8] != bytes(4):
            raise RunFailed("serve: the first read failed")


def bench_serve_start(options) -> list[Row]:
    """From the command to the first byte of a disk of 50,000 files, against `plan`."""
    folders = 50 if options.quick else 500
    with places.folder(options.dir) as place:
        tree, path = place / "tree", place / "nbd.sock"
        trees.name_tree(tree, folders, 100)

        def serve() -> float:
            path.unlink(missing_ok=True)
            start = time.perf_counter()
            with subprocess.Popen([options.cli, "serve", str(tree), "--socket", str(path),
                                   "--publish", "never"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                try:
                    read_first_byte(path, process)
                    return time.perf_counter() - start
                finally:
                    process.kill()

        def plan() -> None:
            subprocess.run([options.cli, "plan", str(tree)], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        what = f"serve: first byte of {folders * 100:,} files"
        say(f"{what}: {options.rounds} rounds ...")
        samples = race([Contender("serve", serve), Contender("plan", plan)], options.rounds, place)
    return [Row(what, samples["serve"], "fatlas plan", samples["plan"], 1.2)]

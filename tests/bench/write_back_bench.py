"""What a guest writes comes home: how long a guest waits, and how long its files take.

No guest is needed: mtools changes a copy of the disk, and what differs is written to the served one.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import places
import trees
from measure import Contender, Row, RunFailed, Sample, race, run, say
from nbd_client import NbdClient
from serve_bench import await_greeting, listening

KIB, MIB = 1 << 10, 1 << 20
PATIENCE = 120  # seconds
BIG = 16 * MIB  # the file that pairs are read from and written to
STEP = 256 * KIB  # what a guest writes at a time, at most


def serve_command(options, tree: Path, state: Path, *arguments: str):
    """What a session keeps goes to `state`."""
    return lambda path: ["env", f"XDG_STATE_HOME={state}", options.cli, "serve", str(tree), "--rw",
                         "--socket", str(path), *arguments]


def small_files(tree: Path, count: int, size: int = 1500) -> None:
    """In folders of a hundred."""
    for number in range(count):
        folder = tree / f"folder {number // 100:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"F{number:07}.TXT").write_bytes(f"file {number:07}\n".encode() * (size // 13))


def marked(size: int) -> bytes:
    """Its beginning is found again on the disk."""
    return b"".join((b"%08d of the big file" % number).ljust(32) * 128
                    for number in range(size // (4 * KIB)))


@contextlib.contextmanager
def folders(options) -> Iterator[tuple[Path, Path]]:
    """A place to measure, and one for what sessions keep, on the same file system."""
    with places.folder(options.dir) as place:
        state = place / "state"
        state.mkdir()
        yield place, state


def forget_sessions(tree: Path, state: Path) -> None:
    """What a server that was killed has left."""
    shutil.rmtree(state / "fatlas", ignore_errors=True)
    for left in list(tree.rglob(".fatlas-*")):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()


def copied_disk(uri: str, image: Path) -> bytes:
    image.unlink(missing_ok=True)
    run(["nbdcopy", uri, str(image)])
    return image.read_bytes()


# A pair of 4 KiB -----------------------------------------------------------------------------------

def pair_us(uri: str, place: int, count: int) -> float:
    """Microseconds for reading 4 KiB and writing 4 KiB, one after the other, in the big file."""
    done = subprocess.run(["fio", "--name=bench", "--ioengine=nbd", f"--uri={uri}", "--rw=randrw",
                           "--rwmixread=50", "--bs=4k", "--iodepth=1", f"--number_ios={2 * count}",
                           f"--offset={place}", f"--size={BIG}", "--output-format=json"],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RunFailed(f"fio: {(done.stderr or done.stdout).strip()[-200:]}")
    job = json.loads(done.stdout[done.stdout.index("{"):])["jobs"][0]
    return 2e6 / (job["read"]["iops"] + job["write"]["iops"])


class Pairs:
    """Servers of a folder with so many files and a big one, asked by fio."""

    def __init__(self, options, place: Path, state: Path, count: int):
        self.options, self.place, self.state, self.count = options, place, state, count
        self.tree = place / f"tree of {count}"
        small_files(self.tree, count)
        (self.tree / "BIG.BIN").write_bytes(marked(BIG))
        with listening(self.ours, place) as uri:
            disk = copied_disk(uri, place / "disk.img")
            self.start, self.size = disk.index(marked(4 * KIB)), len(disk)
        (place / "disk.img").unlink()

    def ours(self, path: Path) -> list[str]:
        return serve_command(self.options, self.tree, self.state, "--fat", "16")(path)

    def contender(self, name: str, server, pairs: int) -> Contender:
        def run_it() -> float:
            with listening(server, self.place) as uri:
                return pair_us(uri, self.start, pairs)

        def clean() -> None:
            forget_sessions(self.tree, self.state)
            (self.tree / "BIG.BIN").write_bytes(marked(BIG))
        return Contender(name, run_it, clean)

    def nbdkit_memory(self, path: Path) -> list[str]:
        return ["nbdkit", "-f", "-U", str(path), "memory", str(self.size)]

    def qemu_fat(self, path: Path) -> list[str]:
        return ["qemu-storage-daemon", "--blockdev",
                f"driver=vvfat,node-name=disk,dir={self.tree},fat-type=16,rw=on,read-only=off",
                "--nbd-server", f"addr.type=unix,addr.path={path},max-connections=16",
                "--export", "type=nbd,id=e,node-name=disk,name=,writable=on"]


def bench_write_back_pair(options) -> list[Row]:
    """A guest that reads 4 KiB and writes 4 KiB, while what it writes is brought home."""
    pairs = 10_000 if options.quick else 60_000
    what = "serve --rw: 4 KiB read and write, each pair"
    with folders(options) as (place, state):
        few, many = (Pairs(options, place, state, count) for count in (100, 12_000))
        say(f"{what}: {options.rounds} rounds ...")
        contenders = [few.contender("few", few.ours, pairs), many.contender("many", many.ours, pairs),
                      many.contender("nbdkit", many.nbdkit_memory, pairs)]
        samples = race(contenders, options.rounds, place)
        say(f"{what}: QEMU ...")
        samples |= race([many.contender("qemu", many.qemu_fat, 10)], 2, place)
    for sample in samples.values():
        sample.unit = "us"
    return [Row(f"{what}, 12,000 files", samples["many"], "nbdkit memory", samples["nbdkit"], 2.0),
            Row(f"{what}, 100 files", samples["few"], "nbdkit memory", samples["nbdkit"], 2.0),
            Row(f"{what}, 12,000 files", samples["many"], "the same, 100 files", samples["few"],
                1.2),
            Row(f"{what}, 12,000 files", samples["many"], "QEMU fat:rw:, 10 pairs",
                samples["qemu"], None)]


# One change among many files -----------------------------------------------------------------------

SETTLE_MS = 200


class OneChange:
    """A guest changes one file of many again and again; the events say when, and when it was home."""

    def __init__(self, options, place: Path, state: Path, count: int):
        self.options, self.place, self.state = options, place, state
        self.tree, self.events = place / "tree", place / "events"
        self.made = 0
        small_files(self.tree, count)
        self.changed = self.tree / "folder 000" / "F0000050.TXT"

    def server(self, path: Path) -> list[str]:
        return serve_command(self.options, self.tree, self.state, "--settle", str(SETTLE_MS),
                             "--events", str(self.events))(path)

    def changes(self, count: int, server) -> list[tuple[int, int]]:
        """When each was written, and when it was home: nanoseconds."""
        with listening(server, self.place) as uri:
            disk = copied_disk(uri, self.place / "disk.img")
            content, entry = disk.index(self.changed.read_bytes()), disk.index(b"F0000050TXT")
            with NbdClient(self.place / "nbd.sock") as client:
                for _ in range(count):
                    self.change(client, content, entry)
                time.sleep(1)  # what happened is in the file of events by then
        return self.spans()

    def change(self, client: NbdClient, content: int, entry: int) -> None:
        """Some bytes of the file, and the time in its folder."""
        self.made += 1
        text, time_at = b"%08d" % (90_000_000 + self.made), 22
        client.write_all([(content, text + client.read(content, 512)[len(text):])])
        start = entry - entry % 512
        folder = bytearray(client.read(start, 512))
        folder[entry - start + time_at:entry - start + time_at + 2] = self.made.to_bytes(
            2, "little")
        client.write_all([(start, bytes(folder))])
        end = time.monotonic() + PATIENCE
        while self.changed.read_bytes()[:len(text)] != text:
            if time.monotonic() > end:
                raise RunFailed("the change does not come home")
            time.sleep(0.01)
        time.sleep(0.1)

    def spans(self) -> list[tuple[int, int]]:
        events = [json.loads(line) for line in
                  self.events.read_text(encoding="utf-8").splitlines()]
        spans, written = [], 0
        for event in sorted((event for event in events if "timeNs" in event),
                            key=lambda event: event["timeNs"]):
            if event.get("kind") == "write":
                written = event["timeNs"]
            elif event.get("event") == "commit":
                spans.append((written, event["timeNs"]))
        return spans

    def delays(self, count: int) -> list[float]:
        """Seconds from when each had settled until it was home."""
        return [(home - written) / 1e9 - SETTLE_MS / 1e3
                for written, home in self.changes(count, self.server)]

    def sync_count(self) -> int:
        """How often a file is synced until one change is home."""
        trace = self.place / "trace"
        spans = self.changes(1, lambda path: [
            "strace", "-D", "-f", "-qq", "-ttt", "-o", str(trace), "-e",
            "trace=fsync,fdatasync,syncfs", *self.server(path)])
        begun = [int(float(line.split()[1]) * 1e9)
                 for line in trace.read_text(encoding="utf-8").splitlines()
                 if "sync(" in line or "syncfs(" in line]
        forget_sessions(self.tree, self.state)
        return sum(written < time_ns < home for written, home in spans for time_ns in begun)


def sync_seconds(place: Path, count: int) -> float:
    """So many writes to a new file, each followed by a sync."""
    with tempfile.NamedTemporaryFile(dir=place) as file:
        start = time.perf_counter()
        for _ in range(count):
            file.write(bytes(1500))
            file.flush()
            os.fsync(file.fileno())
        return time.perf_counter() - start


def bench_write_back_commit(options) -> list[Row]:
    """One changed file in a tree of 12,000."""
    changes = 5 if options.quick else 20
    what = "serve --rw: one change in 12,000 files, home after settling"
    say(f"{what}: {changes} changes ...")
    with folders(options) as (place, state):
        one = OneChange(options, place, state, 12_000)
        ours, allowed = Sample(), Sample()
        count = 0
        try:
            count = one.sync_count()
            ours.values = one.delays(changes)
        except (RunFailed, OSError, ValueError) as error:
            ours.failure = str(error)
        allowed.values = [0.020 + 2 * sync_seconds(place, count) for _ in range(changes)]
    return [Row(what, ours, f"20 ms and twice {count} syncs", allowed, 1.0)]


# A tree is copied ----------------------------------------------------------------------------------

def differences(before: bytes, after: bytes) -> list[tuple[int, bytes]]:
    """(offset, bytes) of what a guest would write, in the order of the disk."""
    pieces: list[tuple[int, bytes]] = []
    sector = 512
    for start in range(0, len(after), STEP):
        if before[start:start + STEP] == after[start:start + STEP]:
            continue
        first = last = None
        for at in range(start, min(start + STEP, len(after)), sector):
            if before[at:at + sector] != after[at:at + sector]:
                first, last = at if first is None else first, at + sector
        pieces.append((first, after[first:last]))
    return pieces


class TreeCopy:
    """A tree that a guest copies onto its disk, and the ways that it may take to the host."""

    def __init__(self, options, place: Path, state: Path, shape: tuple[int, int]):
        self.options, self.place, self.state = options, place, state
        self.tree, self.shared, self.copied = (place / name for name in ("tree", "shared", "copied"))
        self.raw = place / "raw.img"
        self.size = shape[1] * 5 // 4 + 32 * MIB
        trees.content_tree(self.tree, *shape)
        self.clean()
        with listening(self.serve, place) as uri:
            self.before = copied_disk(uri, place / "disk.img")
        self.clean()
        run(["env", "MTOOLS_SKIP_CHECK=1", "mcopy", "-s", "-m", "-i", str(place / "disk.img"),
             *sorted(str(path) for path in self.tree.iterdir()), "::"])
        self.writes = differences(self.before, (place / "disk.img").read_bytes())
        (place / "disk.img").unlink()

    def serve(self, path: Path) -> list[str]:
        return serve_command(self.options, self.shared, self.state, "--fat", "32", "--size",
                             f"{self.size // MIB}M", "--reproducible")(path)

    def qemu_nbd(self, path: Path) -> list[str]:
        return ["qemu-nbd", "-t", "-k", str(path), "-f", "raw", str(self.raw)]

    def clean(self) -> None:
        for folder in (self.shared, self.copied, self.state):
            shutil.rmtree(folder, ignore_errors=True)
        self.shared.mkdir()
        self.state.mkdir()
        (self.shared / "README.TXT").write_bytes(b"nothing else is here yet\n")
        os.utime(self.shared / "README.TXT", (1_600_000_000, 1_600_000_000))
        if hasattr(self, "before"):
            self.raw.write_bytes(self.before)

    def replay(self) -> None:
        with NbdClient(self.place / "nbd.sock") as client:
            client.write_all(self.writes)
            client.flush()

    def ours(self) -> Contender:
        def run_it() -> float:
            with serving(self.serve, self.place) as process:
                start = time.perf_counter()
                self.replay()
                process.send_signal(signal.SIGTERM)
                await_end(process)
                seconds = time.perf_counter() - start
            self.compare(self.shared)
            return seconds
        return Contender("fatlas", run_it, self.clean)

    def theirs(self, name: str, synced: bool) -> Contender:
        def run_it() -> float:
            with listening(self.qemu_nbd, self.place):
                start = time.perf_counter()
                self.replay()
                run(["cp", "-r", str(self.tree), str(self.copied)])
                if synced:
                    run(["sync", "-f", str(self.place)])
                return time.perf_counter() - start
        return Contender(name, run_it, self.clean)

    def compare(self, folder: Path) -> None:
        for path in self.tree.rglob("*"):
            if path.is_file() and path.read_bytes() != \
                    (folder / path.relative_to(self.tree)).read_bytes():
                raise RunFailed(f"serve: {path.name} came home with other bytes")


def await_end(process: subprocess.Popen) -> None:
    try:
        _, said = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise RunFailed("serve does not end") from None
    if process.returncode != 0:
        raise RunFailed(f"serve: not everything came home: {said.strip()[-200:]}")


@contextlib.contextmanager
def serving(command, place: Path) -> Iterator[subprocess.Popen]:
    """A server that is told to end, rather than killed."""
    path = place / "nbd.sock"
    path.unlink(missing_ok=True)
    with subprocess.Popen(command(path), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            await_greeting(process, path)
            yield process
        finally:
            process.kill()
    path.unlink(missing_ok=True)


def bench_write_back_tree(options) -> list[Row]:
    """A guest copies a tree; it is on the host when the session has ended."""
    shape = (200, 40 * MIB) if options.quick else (1000, 200_000_000)
    what = f"serve --rw: a guest copies {shape[1] // 1_000_000} MB, {shape[0]:,} files"
    with folders(options) as (place, state):
        copy = TreeCopy(options, place, state, shape)
        say(f"{what}: {options.rounds} rounds ...")
        peer = "qemu-nbd, cp -r"
        samples = race([copy.ours(), copy.theirs(peer, False), copy.theirs(f"{peer} + sync", True)],
                       options.rounds, place)
    return [Row(what, samples["fatlas"], name, samples[name], 1.5)
            for name in (peer, f"{peer} + sync")]

"""Where measuring happens, and the program that is measured. Everything made here goes away."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from measure import say

TOP = Path(__file__).resolve().parents[2]
RELEASE = TOP / "build" / "release"


class Unavailable(Exception):
    """This machine cannot do it; the text says why."""


def fatlas_cli() -> str:
    """The release build, made when it is not there."""
    named = os.environ.get("FATLAS_CLI")
    if named:
        if not os.access(named, os.X_OK):
            raise SystemExit(f"FATLAS_CLI is {named}, which is not a program")
        return str(Path(named).resolve())
    program = RELEASE / "app" / "cli" / "fatlas-cli"
    if not program.exists():
        say("building fatlas-cli (release) ...")
        for command in (["cmake", "--preset", "release"],
                        ["cmake", "--build", str(RELEASE), "--target", "fatlas-cli"]):
            subprocess.run(command, cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    return str(program)


def file_system_of(folder: Path) -> str:
    return subprocess.run(["df", "--output=fstype", str(folder)], check=True, capture_output=True,
                          text=True).stdout.split()[-1]


@contextlib.contextmanager
def folder(parent: Path | None = None):
    path = Path(tempfile.mkdtemp(prefix="fatlas-bench-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def memory_folder(needed: int):
    """A folder on tmpfs with room for `needed` bytes."""
    parent = Path("/dev/shm")
    if not parent.is_dir() or file_system_of(parent) != "tmpfs":
        raise Unavailable("there is no tmpfs on /dev/shm")
    if shutil.disk_usage(parent).free < needed or available_memory() < needed:
        raise Unavailable(f"less than {needed >> 20} MiB of memory are free")
    with folder(parent) as path:
        yield path


def available_memory() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def xfs_folder(parent: Path, size: int):
    """A new XFS with shared blocks, in a file of `size` bytes (sparse) on a loop device."""
    if os.geteuid() != 0:
        raise Unavailable("needs root to mount a loop file")
    if shutil.which("mkfs.xfs") is None:
        raise Unavailable("mkfs.xfs is not installed (xfsprogs)")
    with folder(parent) as outer:
        image, mounted = outer / "xfs.img", outer / "mounted"
        mounted.mkdir()
        with open(image, "wb") as file:
            file.truncate(size)
        attempt(["mkfs.xfs", "-q", "-m", "reflink=1", str(image)])
        attempt(["mount", "-o", "loop", str(image), str(mounted)])
        try:
            yield mounted
        finally:
            unmount(mounted)


def attempt(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{command[0]}: {done.stderr.strip() or done.returncode}")


def unmount(mounted: Path) -> None:
    """Also when something still holds it: then it goes as soon as that lets go."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    for command in (["umount", str(mounted)], ["umount", "--lazy", str(mounted)]):
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            break
    else:
        say(f"cannot unmount {mounted}")
    signal.pthread_sigmask(signal.SIG_SETMASK, set())

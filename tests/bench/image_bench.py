"""A folder becomes an image: against everybody who makes images, and against plain copying."""

import re
import shutil
import subprocess
from pathlib import Path

import places
import trees
from measure import Contender, Row, RunFailed, Sample, race, run, say

NOT_SLOWER = 1.10
SYNCED = " + sync"
COPY = "cp -r"


class ImageMakers:
    """Contenders that turn `tree` into `out`."""

    def __init__(self, cli: str, tree: Path, place: Path, size: int):
        self.cli, self.tree, self.size = cli, tree, size
        self.out = place / "out.img"
        self.copied = place / "copied"

    def clean(self) -> None:
        self.out.unlink(missing_ok=True)
        shutil.rmtree(self.copied, ignore_errors=True)

    def contender(self, name: str, *commands: list[str]) -> Contender:
        def make() -> None:
            for command in commands:
                run(command)
            if self.out.exists() and self.out.stat().st_size < self.size:
                raise RunFailed(f"{name}: the image is smaller than its content")
        return Contender(name, make, self.clean)

    def ours(self) -> Contender:
        return self.contender("fatlas", [self.cli, "create", str(self.tree), "-o", str(self.out)])

    def peers(self) -> dict[str, list[list[str]]]:
        """Image makers, as they are: none of them asks for the disk before it says done."""
        tree, out = str(self.tree), str(self.out)
        folders = sorted(str(path) for path in self.tree.iterdir())
        room = self.size + self.size // 10 + (8 << 20)
        return {
            "nbdkit floppy, nbdcopy": [
                ["nbdkit", "-U", "-", "floppy", tree, "--run", f'nbdcopy "$uri" "{out}"']],
            "qemu-img convert fat:": [["qemu-img", "convert", "-O", "raw", f"fat:{tree}", out]],
            "mkfs.fat, mcopy -s": [
                ["truncate", "-s", str(room), out],
                ["mkfs.fat", "-F", "32", out],
                ["mcopy", "-s", "-m", "-i", out, *folders, "::"]],
        }

    def copiers(self, *options: str) -> list[list[str]]:
        return [["cp", "-r", *options, str(self.tree), str(self.copied)]]


def bench_image(options) -> list[Row]:
    """400 MB in 1,800 files, on the disk and in memory."""
    file_count, size = (180, 40 << 20) if options.quick else (1800, 400_000_000)
    what = f"image of {size // 1_000_000} MB, {file_count:,} files"
    rows = []
    with places.folder(options.dir) as place:
        kind = places.file_system_of(place)
        rows += race_images(options, place, (file_count, size), f"{what}, {kind}", (SYNCED, ""))
    try:
        with places.memory_folder(4 * size) as place:
            rows += race_images(options, place, (file_count, size), f"{what}, tmpfs", ("",))
    except places.Unavailable as why:
        rows.append(Row(f"{what}, tmpfs", Sample(failure=str(why)), "-", Sample(failure="-"), None))
    return rows


def race_images(options, place: Path, shape: tuple[int, int], what: str, endings) -> list[Row]:
    """One race of us and of every peer with every ending: as it is, or followed by a sync."""
    tree = place / "tree"
    trees.content_tree(tree, *shape)
    makers = ImageMakers(options.cli, tree, place, shape[1])
    contenders = [makers.ours()]
    for ending in endings:
        for name, commands in makers.peers().items():
            end = [["sync", str(makers.out)]] if ending else []
            contenders.append(makers.contender(name + ending, *commands, *end))
        end = [["sync", "-f", str(place)]] if ending else []
        contenders.append(makers.contender(COPY + ending, *makers.copiers(), *end))
    say(f"{what}: {len(contenders)} contenders, {options.rounds} rounds ...")
    samples = race(contenders, options.rounds, place)
    ours = samples.pop("fatlas")
    fastest = [fastest_image_maker(samples, ending) for ending in endings]
    return [Row(what, ours, name, sample, NOT_SLOWER if name in fastest else None)
            for name, sample in samples.items()]


def fastest_image_maker(samples: dict[str, Sample], ending: str) -> str | None:
    able = {name: sample for name, sample in samples.items()
            if not sample.failure and not name.startswith(COPY) and
            name.endswith(SYNCED) == bool(ending)}
    return min(able, key=lambda name: able[name].median, default=None)


def bench_reflink(options) -> list[Row]:
    """On XFS, where blocks can be shared instead of copied."""
    file_count, size = (180, 40 << 20) if options.quick else (1800, 400_000_000)
    what = f"image of {size // 1_000_000} MB, {file_count:,} files, XFS reflink"
    try:
        with places.xfs_folder(options.dir, 4 * size + (1 << 30)) as place:
            return race_reflink(options, place, (file_count, size), what)
    except places.Unavailable as why:
        return [Row(what, Sample(failure=str(why)), "-", Sample(failure="-"), None)]


def race_reflink(options, place: Path, shape: tuple[int, int], what: str) -> list[Row]:
    tree = place / "tree"
    trees.content_tree(tree, *shape)
    makers = ImageMakers(options.cli, tree, place, shape[1])
    targets = {"never": 0.25, "always": 1.5}
    contenders, wanted = [makers.ours()], {}
    for mode, target in targets.items():
        for ending in ("", SYNCED):
            name = f"{COPY} --reflink={mode}{ending}"
            wanted[name] = target
            end = [["sync", "-f", str(place)]] if ending else []
            copy = makers.copiers(f"--reflink={mode}")
            contenders.append(makers.contender(name, *copy, *end))
    say(f"{what}: {len(contenders)} contenders, {options.rounds} rounds ...")
    samples = race(contenders, options.rounds, place)
    ours = samples.pop("fatlas")
    rows = [Row(what, ours, name, sample, wanted[name]) for name, sample in samples.items()]
    return rows + [shared_row(makers, shape[1], what)]


def shared_row(makers: ImageMakers, size: int, what: str) -> Row:
    """How much of the content lies in blocks that the image shares, by filefrag."""
    row = Row(f"{what}: shared", Sample(unit="MB"), "content", Sample([size / 1e6], unit="MB"), None)
    try:
        makers.ours().run()
        row.ours.values.append(shared_size(makers.out) / 1e6)
    except (RunFailed, OSError) as error:
        row.ours.failure = str(error)
    finally:
        makers.clean()
    return row


EXTENT = re.compile(r"^\s*\d+:\s*\d+\.\.\s*\d+:\s*\d+\.\.\s*\d+:\s*(\d+):(.*)$")


def shared_size(image: Path) -> int:
    """Bytes of the extents of a file that filefrag calls shared."""
    listing = subprocess.run(["filefrag", "-s", "-v", "-b1024", str(image)], check=True,
                             capture_output=True, text=True).stdout
    extents = [EXTENT.match(line) for line in listing.splitlines()]
    return sum(int(extent.group(1)) * 1024 for extent in extents
               if extent and "shared" in extent.group(2))

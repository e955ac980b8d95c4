"""What the system tests share: folders to make disks from, ways to run programs, and the judges.

Somebody else's programs judge what fatlas-cli writes: fsck.fat, mtools, The Sleuth Kit, sfdisk,
sgdisk, qemu-img. A judge that is not installed is a skip, or a failure with FATLAS_REQUIRE_TOOLS=1.

Environment: FATLAS_CLI            the program under test
             FATLAS_REQUIRE_TOOLS  1: a missing tool is a failure
             FATLAS_FULL_MATRIX    1: every combination, not only the quick ones
"""

import errno
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

CLI = os.environ.get("FATLAS_CLI", "fatlas-cli")
REQUIRE_TOOLS = os.environ.get("FATLAS_REQUIRE_TOOLS") == "1"
FULL_MATRIX = os.environ.get("FATLAS_FULL_MATRIX") == "1"

FLOPPIES = {"160K": 320, "180K": 360, "320K": 640, "360K": 720, "720K": 1440, "1.2M": 2400,
            "1.44M": 2880, "1.68M": 3360, "2.88M": 5760}  # sectors
SCHEMES = ("none", "mbr", "gpt")
SIZE_FOR_FAT = {12: "12M", 16: "64M", 32: "288M"}



def environment(**extra):
    """Of the judges and of the program: one language, no settings of the user."""
    env = {key: value for key, value in os.environ.items()
           if key not in ("MTOOLS_SKIP_CHECK", "TZ")}
    env.update(LC_ALL="C.UTF-8", MTOOLSRC="/dev/null", TZ="UTC")
    env.update(extra)
    return env


def need(test, *tools):
    """Skips the test, or fails it in CI, unless every tool is installed."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [tool for tool in tools if not shutil.which(tool, path=path)]
    if missing and REQUIRE_TOOLS:
        test.fail(f"not installed: {', '.join(missing)}")
    if missing:
        test.skipTest(f"not installed: {', '.join(missing)}")


def run(*command, status=0, env=None, text=True, **options):
    """Runs a program and expects its exit status; shows what it said when it is another one."""
    search = dict(env or environment())
    search["PATH"] = search.get("PATH", "") + ":/usr/sbin:/sbin"
    result = subprocess.run([str(part) for part in command], env=search, capture_output=True,
                            check=False, text=text, errors="surrogateescape" if text else None,
                            stdin=subprocess.DEVNULL, **options)
    if status is not None and result.returncode != status:
        raise AssertionError(f"{' '.join(map(str, command))}\nended with {result.returncode}, "
                             f"expected {status}\n{result.stdout!s:.2000}\n{result.stderr!s:.4000}")
    return result


def memory_folder():
    """A place for very many files, where making and removing them takes no disk; None: nowhere."""
    shared = Path("/dev/shm")
    if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 4 << 30:
        return shared
    return None


class SystemTest(unittest.TestCase):
    """A test with a folder of its own and the program under test."""

    in_memory = False

    def setUp(self):
        parent = memory_folder() if self.in_memory else None
        self.temp = Path(tempfile.mkdtemp(prefix="fatlas-system-", dir=parent))
        self.addCleanup(self.remove_temp)

    def remove_temp(self):
        for folder, _, _ in os.walk(self.temp):
            os.chmod(folder, 0o700)
        shutil.rmtree(self.temp)

    def cli(self, *arguments, status=0, **options):
        return run(CLI, *arguments, status=status, **options)

    def create(self, source, *options, name="disk.img", env=None):
        """An image made from a folder; nothing in it may be a reason for a finding."""
        image = self.temp / name
        image.unlink(missing_ok=True)
        self.cli("create", source, "-o", image, *options, env=env)
        return image

    def plan(self, source, *options, status=0, env=None):
        return json.loads(self.cli("plan", source, *options, "--json", status=status,
                                   env=env).stdout)

    def info(self, image, *options):
        return json.loads(self.cli("info", image, *options, "--json").stdout)

    def assert_refused(self, *arguments, says, status=1):
        """The verb must be refused with a sentence that holds `says`, and leave no image."""
        result = self.cli(*arguments, status=status)
        self.assertRegex(result.stderr, r"(?m)^fatlas-cli: ")
        self.assertIn(says, result.stderr)
        self.assertEqual(leftovers(self.temp), [], "something was left behind")
        return result


def leftovers(folder):
    """Images and temporary files directly in a folder."""
    return sorted(entry.name for entry in Path(folder).iterdir()
                  if entry.is_file() and (entry.suffix == ".img" or "fatlas" in entry.name))


# Folders to make disks from -----------------------------------------------------------------------

def write(path, content=b""):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def pattern(size, seed=1):
    return random.Random(seed).randbytes(size)


def hole(path, size):
    with open(path, "wb") as file:
        file.truncate(size)
    return Path(path)


def make_empty(folder):
    folder.mkdir()
    return folder


def make_small(folder):
    """Sizes around every border, a few folders, below 100 KiB in all."""
    for size in (0, 1, 511, 512, 513, 1024, 2047, 4096, 4097, 20_000):
        write(folder / f"S{size}.BIN", pattern(size, size))
    write(folder / "docs" / "Read me first.txt", "first\n")
    write(folder / "docs" / "lower.txt", "case bits\n")
    write(folder / "docs" / "more" / "MiXeD.TxT", "mixed\n")
    (folder / "empty folder").mkdir()
    return folder


def make_deep(folder, levels=60):
    path = folder
    for level in range(levels):
        path = path / f"L{level}"
        write(path / "HERE.TXT", f"level {level}\n")
    return folder


def make_unicode(folder):
    names = ["käse.txt", "日本語のファイル名.txt", "🧀 cheese 🎉.txt", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "ÀÈÌ.TXT",
             "ﬀ.txt", "x.y.z", ".hidden", "two  spaces.txt", "+,;=[].txt", "E\u0301.txt", "É.txt",
             "a" * 251 + ".txt", "ä" * 120, "🎉" * 60]
    for name in names:
        write(folder / name, name)
    write(folder / "папка" / "δ" / "файл", pattern(5000))
    return folder


def make_flat(folder, count=8000):
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"file with a long name {number:05d}.txt").write_bytes(b"%d" % number)
    return folder


def make_wide(folder, folders=500, files=100):
    for outer in range(folders):
        inside = folder / f"folder{outer:03d}"
        inside.mkdir(parents=True)
        for inner in range(files):
            (inside / f"file{inner:03d}.data").write_bytes(b"%d/%d" % (outer, inner))
    return folder


# Judges -------------------------------------------------------------------------------------------

def digest(path):
    """Of a file's content and length; holes are hashed as the zeros they are, but quickly."""
    total = hashlib.blake2b()
    zeros = bytes(1 << 20)
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        at = 0
        while at < size:
            try:
                data = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
                data = size
            at = data & ~((1 << 20) - 1)
            if at >= size:
                break
            os.lseek(file.fileno(), at, os.SEEK_SET)
            block = file.read(1 << 20)
            if block != zeros[:len(block)]:
                total.update(b"%d:" % at + block)
            at += len(block)
        total.update(b"size %d" % size)
    return total.hexdigest()


def content_of(folder):
    """{relative path: digest, or None for a folder}."""
    content = {}
    for where, folders, files in os.walk(folder):
        inside = os.path.relpath(where, folder)
        for name in folders:
            content[os.path.normpath(os.path.join(inside, name))] = None
        for name in files:
            content[os.path.normpath(os.path.join(inside, name))] = digest(
                os.path.join(where, name))
    return content


def assert_same_folders(test, expected, found):
    assert_same_content(test, content_of(expected), found)


def assert_same_content(test, wanted, found, rename=lambda path: path):
    """`wanted` as content_of() gives it."""
    wanted = {rename(path): value for path, value in wanted.items()}
    got = content_of(found)
    test.assertEqual(sorted(wanted), sorted(got), "the names differ")
    different = [path for path in wanted if wanted[path] != got[path]]
    test.assertEqual(different, [], "the contents differ")


def as_mtools_says(path):
    """mtools shows each half of a character beyond the BMP as an underscore."""
    return re.sub("[\U00010000-\U0010ffff]", "__", path)


def copy_volume(image, offset, target):
    """The bytes from `offset` on as a file of their own, holes kept: fsck.fat knows no offsets."""
    with open(image, "rb", buffering=0) as source, open(target, "wb", buffering=0) as copy:
        size = os.fstat(source.fileno()).st_size
        at = offset
        while at < size:
            try:
                at = os.lseek(source.fileno(), at, os.SEEK_DATA)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
                break
            end = os.lseek(source.fileno(), at, os.SEEK_HOLE)
            os.lseek(source.fileno(), at, os.SEEK_SET)
            while at < end:
                block = source.read(min(1 << 20, end - at))
                os.pwrite(copy.fileno(), block, at - offset)
                at += len(block)
        copy.truncate(size - offset)
    return target


def judge_fsck(test, volume):
    """Exit status 0, and nothing said but version and summary."""
    need(test, "fsck.fat")
    said = run("fsck.fat", "-n", volume).stdout.splitlines()
    test.assertEqual(len(said), 2, "\n".join(said))
    test.assertRegex(said[0], r"^fsck\.fat \d")
    test.assertRegex(said[1], r": \d+ files, \d+/\d+ clusters$")


def judge_mtools(test, image, offset, wanted, scratch):
    need(test, "mcopy", "minfo")
    drive = f"{image}@@{offset}"
    test.assertIn("sector size:", run("minfo", "-i", drive, "::").stdout)
    copied = scratch / "mcopied"
    copied.mkdir()
    # An empty root gives mcopy nothing to do, which it takes for a failure.
    if wanted:
        run("mcopy", "-s", "-n", "-i", drive, "::", copied)
    assert_same_content(test, wanted, copied, as_mtools_says)
    shutil.rmtree(copied)


def sleuth_arguments(offset, sector_size):
    return ["-b", str(sector_size), "-o", str(offset // sector_size)]


def judge_sleuthkit(test, image, offset, sector_size, source, wanted, samples=6):
    """All names by fls, some contents by icat, and fsstat must understand the boot sector."""
    need(test, "fls", "icat", "fsstat")
    where = sleuth_arguments(offset, sector_size)
    test.assertIn("FAT", run("fsstat", *where, image).stdout)
    entries = {}
    for line in run("fls", "-r", "-p", *where, image).stdout.splitlines():
        match = re.match(r"([rd])/[rd] (\d+):\t(.*)$", line)
        if match and not re.search(r"^\$|\(Volume Label Entry\)$", match.group(3)):
            entries[match.group(3)] = (match.group(1), match.group(2))
    # The Sleuth Kit cuts names at 255 bytes of UTF-8, so the longest cannot be compared.
    too_long = [path for path in wanted
                if any(len(part.encode()) > 250 for part in path.split("/"))]
    if not too_long:
        test.assertEqual(sorted(entries), sorted(wanted), "fls and the folder differ")
    files = [path for path in sorted(wanted) if wanted[path] and path in entries]
    for path in random.Random(7).sample(files, min(samples, len(files))):
        content = run("icat", *where, image, entries[path][1], text=False).stdout
        test.assertEqual(content, (Path(source) / path).read_bytes(), f"icat: {path}")


def judge_table(test, image, scheme, offset, size, sector_size=512):
    """sfdisk and sgdisk must see one partition where we say it is, and nothing odd."""
    if sector_size != 512:
        return judge_table_of_large_sectors(test, image, offset, size, sector_size)
    need(test, "sfdisk")
    said = run("sfdisk", "-J", image)
    test.assertEqual(said.stderr, "")
    table = json.loads(said.stdout)["partitiontable"]
    test.assertEqual(table["label"], {"mbr": "dos", "gpt": "gpt"}[scheme])
    test.assertEqual(len(table["partitions"]), 1)
    partition = table["partitions"][0]
    test.assertEqual((partition["start"] * 512, partition["size"] * 512), (offset, size))
    run("sfdisk", "-V", image)
    if scheme == "gpt":
        need(test, "sgdisk")
        test.assertIn("No problems found", run("sgdisk", "-v", image).stdout)
    return partition


def judge_table_of_large_sectors(test, image, offset, size, sector_size):
    """sfdisk and sgdisk take an image file's sectors for 512 bytes; fdisk can be told."""
    need(test, "fdisk")
    said = run("fdisk", "-b", sector_size, "-l", "-o", "Start,Sectors", image)
    test.assertEqual(said.stderr, "")
    start, sectors = said.stdout.split()[-2:]
    test.assertEqual((int(start) * sector_size, int(sectors) * sector_size), (offset, size))
    return {}


def judge_qemu(test, image, scratch):
    """Converted from raw to raw it must stay what it is."""
    need(test, "qemu-img")
    copy = scratch / "qemu.raw"
    run("qemu-img", "convert", "-f", "raw", "-O", "raw", image, copy)
    run("qemu-img", "compare", "-f", "raw", "-F", "raw", image, copy)
    test.assertEqual(digest(image), digest(copy))
    copy.unlink()


def judge_ourselves(test, image, wanted, scratch):
    """What we extract is what we put in."""
    out = scratch / "extracted"
    said = run(CLI, "extract", image, "-d", out)
    test.assertEqual(said.stderr, "")
    assert_same_content(test, wanted, out)
    shutil.rmtree(out)


def judge(test, image, source):
    """Every judge that can say something about this image."""
    info = json.loads(run(CLI, "info", image, "--json").stdout)
    test.assertEqual([f for f in info["findings"] if f["severity"] != "info"], [])
    offset = info["volumeOffset"]
    geometry = info["volume"]["geometry"]
    sector_size = geometry["bytesPerSector"]
    wanted = content_of(source)
    with tempfile.TemporaryDirectory(prefix="fatlas-judge-", dir=test.temp) as scratch:
        scratch = Path(scratch)
        volume = copy_volume(image, offset, scratch / "volume") if offset else image
        if offset:
            size = geometry["totalSectors"] * sector_size
            os.truncate(volume, size)
            judge_table(test, image, info["table"]["kind"], offset, size, sector_size)
        judge_fsck(test, volume)
        judge_mtools(test, image, offset, wanted, scratch)
        judge_sleuthkit(test, image, offset, sector_size, source, wanted)
        judge_qemu(test, image, scratch)
        judge_ourselves(test, image, wanted, scratch)
    return info

#!/usr/bin/env python3
"""`serve --rw` with mtools as the guest: what it does to a copy of the disk is written to the served
one sector by sector, in the orders in which caches of guests write, and the folder must follow.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import tempfile
import time
import unittest
from pathlib import Path

import serving
from fat_sectors import changed_sectors
from serving import FLUSH, TRIM, WRITE, Raw, until
from support import (CLI, FULL_MATRIX, SystemTest, digest, environment, need, pattern, run, write)

ORDERS = {
    "data-fat-directory": ("boot", "data", "fat1", "fat2", "directory"),
    "directory-fat-data": ("boot", "directory", "fat1", "fat2", "data"),
    "fat-directory-data": ("boot", "fat1", "fat2", "directory", "data"),
    "fat2-before-fat1": ("boot", "fat2", "fat1", "directory", "data"),
    "data-directory-fat": ("boot", "data", "directory", "fat2", "fat1"),
}
QUICK_ORDERS = ("data-fat-directory", "directory-fat-data", "random")
DISKS = {
    "floppy": ("--floppy", "1.44M"),
    "fat16": ("--fat", "16", "--size", "16M"),
    "fat32": ("--fat", "32", "--size", "40M"),
    "mbr": ("--fat", "16", "--size", "16M", "--partition", "mbr"),
}


def ordered(sectors, order, seed=1):
    """The writes of a guest in one of the orders."""
    sectors = list(sectors)
    if order == "reversed":
        return sectors[::-1]
    if order == "random":
        random.Random(seed).shuffle(sectors)
        return sectors
    return sorted(sectors, key=lambda item: (ORDERS[order].index(item[2]), item[0]))


class Guest:
    """mtools on a copy of the disk."""

    def __init__(self, image, offset):
        self.image = image
        self.drive = f"{image}@@{offset}" if offset else str(image)

    def do(self, tool, *arguments, status=0):
        env = environment(MTOOLS_SKIP_CHECK="1")
        return run(tool, "-i", self.drive, *arguments, env=env, status=status)

    def put(self, name, content, *options):
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            self.do("mcopy", "-o", *options, file.name, f"::{name}")

    def get(self, name):
        return run("mtype", "-i", self.drive, f"::{name}", text=False).stdout

    def delete(self, *names):
        self.do("mdel", *(f"::{name}" for name in names))

    def delete_tree(self, name):
        self.do("mdeltree", f"::{name}")

    def make_folder(self, name):
        self.do("mmd", f"::{name}")

    def rename(self, old, new):
        self.do("mren", f"::{old}", f"::{new}")

    def move(self, what, folder):
        self.do("mmove", f"::{what}", f"::{folder}")

    def swap(self, a, b):
        self.rename(a, "SWAP.TMP")
        self.rename(b, a)
        self.rename("SWAP.TMP", b)

    def overwrite(self, old, new):
        """In place, wherever `old` lies on the disk."""
        content = bytearray(self.image.read_bytes())
        at = content.find(old)
        assert at >= 0, "the bytes are not on the disk"
        content[at:at + len(new)] = new
        self.image.write_bytes(content)

    def read_only(self):
        """Paths of files with the attribute; mcopy does not carry it over."""
        listed = self.do("mattrib", "-/", "::/*").stdout.splitlines()
        split = (line.split("::/", 1) for line in listed if "::/" in line)
        return {path for bits, path in split if "R" in bits}

    def extract(self, target):
        """Everything, with times."""
        target.mkdir()
        listed = run("mdir", "-i", self.drive, "-b", "::/", status=None).stdout.split("\n")
        if any(line.strip() for line in listed):
            self.do("mcopy", "-s", "-p", "-m", "-n", "-Q", "::*", str(target))
        return target


def make_source(folder):
    write(folder / "A.TXT", pattern(100, 1))
    write(folder / "B.TXT", pattern(5000, 2))
    write(folder / "long name of a file.text", pattern(20_000, 3))
    write(folder / "docs" / "one.txt", pattern(3000, 4))
    write(folder / "docs" / "two.txt", pattern(700, 5))
    write(folder / "docs" / "deep" / "three.bin", pattern(9000, 6))
    write(folder / "other" / "x.bin", pattern(2048, 7))
    for number in range(24):  # so that nothing done to a few of them is a mass deletion
        write(folder / "many" / f"file{number}.dat", pattern(1500, 100 + number))
    for where, _, files in os.walk(folder):
        for name in files:
            os.utime(os.path.join(where, name), (1_600_000_000, 1_600_000_000))
    return folder


def state_of(folder, times=True):
    """{path: (content, time in steps of two seconds, writable)}; None for folders."""
    state = {}
    for where, folders, files in os.walk(folder):
        inside = os.path.relpath(where, folder)
        for name in folders:
            state[os.path.normpath(os.path.join(inside, name))] = None
        for name in files:
            path = os.path.join(where, name)
            stat = os.stat(path)
            state[os.path.normpath(os.path.join(inside, name))] = (
                digest(path), int(stat.st_mtime) // 2 if times else 0,
                bool(stat.st_mode & 0o222))
    return state


# What a guest does; each takes a Guest. ------------------------------------------------------------

def create(guest):
    guest.put("NEW.TXT", pattern(3000, 11))
    guest.put("docs/new file with a long name.txt", pattern(10, 12))


def create_empty(guest):
    guest.put("EMPTY.TXT", b"")


def create_many(guest):
    with tempfile.TemporaryDirectory() as folder:
        for number in range(50):
            write(Path(folder) / "made" / f"n{number}.txt", pattern(number * 37, number))
        guest.do("mcopy", "-s", f"{folder}/made", "::")


def grow(guest):
    guest.put("A.TXT", pattern(20_000, 13))


def shrink(guest):
    guest.put("B.TXT", pattern(50, 14))


def truncate(guest):
    guest.put("B.TXT", b"")


def overwrite_in_place(guest):
    old = pattern(5000, 2)
    guest.overwrite(old[512:1024], b"X" * 512)


def delete(guest):
    guest.delete("A.TXT")


def delete_and_create_in_its_clusters(guest):
    guest.delete("B.TXT")
    guest.put("C.TXT", pattern(5000, 15))


def delete_tree(guest):
    guest.delete_tree("docs")


def delete_tree_then_create(guest):
    guest.delete_tree("docs")
    guest.put("AFTER.TXT", pattern(4000, 16))


def make_folders(guest):
    guest.make_folder("a")
    guest.make_folder("a/b")
    guest.put("a/b/in it.txt", pattern(600, 17))


def rename_file(guest):
    guest.rename("A.TXT", "RENAMED.TXT")


def rename_to_long(guest):
    guest.rename("A.TXT", "a much longer name than before.text")


def rename_folder(guest):
    guest.rename("docs", "papers")


def move_file(guest):
    guest.move("A.TXT", "docs")


def move_folder(guest):
    guest.move("docs", "other")


def swap_files(guest):
    guest.swap("A.TXT", "B.TXT")


def swap_folders(guest):
    guest.swap("docs", "other")


def save_through_temporary_file(guest):
    guest.put("A.TMP", pattern(6000, 18))
    guest.delete("A.TXT")
    guest.rename("A.TMP", "A.TXT")


def rename_old_and_write_new(guest):
    guest.rename("B.TXT", "B.BAK")
    guest.put("B.TXT", pattern(4500, 19))


def change_case(guest):
    guest.rename("A.TXT", "SWAP.TMP")
    guest.rename("SWAP.TMP", "a.txt")


def set_read_only(guest):
    guest.do("mattrib", "+r", "::A.TXT")


def change_label(guest):
    guest.do("mlabel", "::NEWLABEL")
    guest.put("L.TXT", b"label")


def folder_and_file_change_places(guest):
    guest.delete("A.TXT")
    guest.make_folder("A.TXT")
    guest.put("A.TXT/inside.txt", b"inside")


def odd_names(guest):
    for name in ("käse.txt", "name with  spaces .x.txt", "semi;colon,plus+[x].txt", "ÄÖÜ.TXT"):
        guest.put(name, name.encode())


def fragments(guest):
    """Two files that grow in turns share the free clusters."""
    one, two = pattern(12_000, 20), pattern(12_000, 21)
    guest.delete("long name of a file.text")
    guest.put("F1.BIN", one[:4000])
    guest.put("F2.BIN", two[:4000])
    guest.delete("B.TXT")
    guest.put("F1.BIN", one)
    guest.put("F2.BIN", two)


SCENARIOS = (create, create_empty, create_many, grow, shrink, truncate, overwrite_in_place, delete,
             delete_and_create_in_its_clusters, delete_tree, delete_tree_then_create, make_folders,
             rename_file, rename_to_long, rename_folder, move_file, move_folder, swap_files,
             swap_folders, save_through_temporary_file, rename_old_and_write_new, change_case,
             set_read_only, change_label, folder_and_file_change_places, odd_names, fragments)


class WriteBackTest(SystemTest):
    def setUp(self):
        super().setUp()
        need(self, "mcopy", "nbdcopy")
        self.state = self.temp / "state"
        self.env = environment(XDG_STATE_HOME=str(self.state))

    @contextlib.contextmanager
    def serving(self, source, *options):
        server = serving.start(source, "--rw", *options, env=self.env)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.process.kill()
            server.process.communicate()

    def copy_of(self, server, name="copy.img"):
        target = self.temp / name
        target.unlink(missing_ok=True)
        run("nbdcopy", server.uri, target)
        return target

    def sessions(self):
        folder = self.state / "fatlas" / "sessions"
        return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []

    def offset_of(self, image):
        return json.loads(run(CLI, "info", image, "--json").stdout)["volumeOffset"]

    def replay(self, server, sectors, offset, each=lambda: None):
        with Raw(server.socket) as client:
            client.enter()
            for sector, content, _ in sectors:
                self.assertEqual(client.ask(WRITE, offset + sector * 512, len(content),
                                            payload=content), 0)
                each()
            self.assertEqual(client.ask(FLUSH), 0)

    def assert_home(self, guest, source, untouched_times=True):
        """The folder is what mtools sees: names, bytes, times to 2 s, read-only."""
        seen = guest.extract(self.temp / "seen")
        wanted, got = state_of(seen), state_of(source)
        for path in guest.read_only():
            wanted[path] = (*wanted[path][:2], False)
        shutil.rmtree(seen)
        self.assertEqual(sorted(wanted), sorted(got), "the names differ")
        different = {path: (wanted[path], got[path]) for path in wanted
                     if wanted[path] != got[path]}
        self.assertEqual(different, {})
        self.assertEqual([n for n in os.listdir(source) if "fatlas" in n], [])

    def play(self, scenario, order, disk, settle=50, each=None):
        """Serve, let the guest write in that order, end; folder and guest must agree."""
        base = Path(tempfile.mkdtemp(dir=self.temp))
        source = make_source(base / "source")
        with self.serving(source, *DISKS[disk], "--settle", str(settle)) as server:
            image = self.copy_of(server)
            offset = self.offset_of(image)
            before = image.read_bytes()
            guest = Guest(image, offset)
            scenario(guest)
            after = image.read_bytes()
            sectors = ordered(changed_sectors(before, after, offset), order)
            self.replay(server, sectors, offset, each or (lambda: None))
            self.assert_view_stays(server, image)
            status, said = server.stop()
            self.assertEqual(status, 0, said)
        self.assert_home(guest, source)
        self.assertEqual(self.sessions(), [])

    def assert_view_stays(self, server, image):
        """Whatever came home meanwhile, the guest reads what it wrote."""
        self.assertEqual(digest(self.copy_of(server, "again.img")), digest(image))


class TestScenarios(WriteBackTest):
    """Each thing a guest can do, in each order in which it may be written."""

    def orders(self):
        return (*ORDERS, "reversed", "random") if FULL_MATRIX else QUICK_ORDERS

    def disks(self):
        return DISKS if FULL_MATRIX else ("fat16",)

    def test_all(self):
        for scenario in SCENARIOS:
            for disk in self.disks():
                for order in self.orders():
                    with self.subTest(scenario=scenario.__name__, order=order, disk=disk):
                        self.play(scenario, order, disk)

    def test_other_disks(self):
        for disk in DISKS:
            for scenario in (create_many, swap_folders, delete_tree_then_create):
                with self.subTest(scenario=scenario.__name__, disk=disk):
                    self.play(scenario, "random", disk)

    def test_settling_after_every_sector(self):
        """A commit may look at any half-written state in between."""
        for scenario in SCENARIOS if FULL_MATRIX else (move_folder, swap_files, shrink,
                                                       delete_and_create_in_its_clusters):
            for order in self.orders():
                with self.subTest(scenario=scenario.__name__, order=order):
                    self.play(scenario, order, "fat16", settle=0,
                              each=lambda: time.sleep(0.025))


class RandomGuest(Guest):
    """Does anything to anything, a step at a time; knows the names that are there."""

    def __init__(self, image, offset, dice):
        super().__init__(image, offset)
        self.dice = dice
        self.made = 0

    def listed(self):
        lines = self.do("mdir", "-/", "-b", "::", status=None).stdout.splitlines()
        names = [line.removeprefix("::/") for line in lines if line.startswith("::/")]
        return ([name for name in names if not name.endswith("/")],
                [name[:-1] for name in names if name.endswith("/")])

    def new_name(self, folders):
        self.made += 1
        name = self.dice.choice((f"N{self.made}.TXT", f"a longer name {self.made}.text",
                                 f"ümläut {self.made}.txt"))
        folder = self.dice.choice(["", *folders])
        return f"{folder}/{name}" if folder else name

    def content(self):
        size = self.dice.choice((0, 1, 511, 512, 2048, 2049, self.dice.randrange(40_000)))
        return pattern(size, self.dice.randrange(1 << 30))

    def step(self):
        files, folders = self.listed()
        what = self.dice.choice(("put", "put", "overwrite", "overwrite", "delete", "mkdir",
                                 "rename", "rename", "rename folder", "move", "swap", "tree"))
        if what == "put":
            self.put(self.new_name(folders), self.content())
        elif what == "mkdir":
            self.make_folder(self.new_name(folders))
        elif what == "tree" and len(folders) > 4:
            self.delete_tree(self.dice.choice(folders))
        elif what == "rename folder" and folders:
            self.rename_here(self.dice.choice(folders), "Folder")
        elif not files:
            return
        elif what == "overwrite":
            self.put(self.dice.choice(files), self.content())
        elif what == "delete":
            self.delete(self.dice.choice(files))
        elif what == "rename":
            self.rename_here(self.dice.choice(files), "Renamed")
        elif what == "move":
            self.move_somewhere(self.dice.choice(files), folders)
        elif what == "swap" and len(files) > 1:
            a, b = self.dice.sample(files, 2)
            if os.path.dirname(a) == os.path.dirname(b):
                self.swap_here(a, b)

    def rename_here(self, old, word):
        self.made += 1
        new = os.path.join(os.path.dirname(old), f"{word} {self.made}")
        self.rename(old, new)
        return new

    def move_somewhere(self, file, folders):
        others = [folder for folder in folders if folder != os.path.dirname(file)]
        if others:  # with a name that no other folder has
            self.move(self.rename_here(file, "Moved"), self.dice.choice(others))

    def swap_here(self, a, b):
        between = self.rename_here(a, "Between")
        self.rename(b, a)
        self.rename(between, b)


class TestRandom(WriteBackTest):
    """Sequences of anything, in phases with commits in between; each ends in equality."""

    def sequence(self, seed):
        dice = random.Random(seed)
        base = Path(tempfile.mkdtemp(dir=self.temp))
        source = make_source(base / "source")
        disk = dice.choice(list(DISKS))
        with self.serving(source, *DISKS[disk], "--settle", dice.choice(("0", "30", "5000")),
                          "--allow-mass-delete") as server:
            image = self.copy_of(server)
            offset = self.offset_of(image)
            guest = RandomGuest(image, offset, dice)
            for _ in range(dice.randrange(1, 5)):
                before = image.read_bytes()
                for _ in range(dice.randrange(1, 12)):
                    guest.step()
                order = dice.choice((*ORDERS, "reversed", "random"))
                pause = dice.choice((0, 0, 0.003))
                self.replay(server, ordered(changed_sectors(before, image.read_bytes(), offset),
                                            order, seed), offset, lambda: time.sleep(pause))
                time.sleep(dice.choice((0, 0.05, 0.2)))
            self.assert_view_stays(server, image)
            status, said = server.stop()
            self.assertEqual(status, 0, said)
        self.assert_home(guest, source)
        self.assertEqual(self.sessions(), [])
        shutil.rmtree(base)

    def test_sequences(self):
        first, end = map(int, os.environ.get("FATLAS_SEEDS", "0:300" if FULL_MATRIX else "0:8")
                           .split(":"))
        for seed in range(first, end):
            with self.subTest(seed=seed):
                self.sequence(seed)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""What put, rm, mv, mkdir, label, attr and undo make of an image, judged by fsck.fat and mtools.

After every change fsck.fat -n must be silent, mtools must read back what was put byte for byte, and
what mtools changed we must be able to go on with. Sequences of random changes are compared with a
model of dictionaries; undoing restores the image's hash.
"""

import hashlib
import os
import random
import subprocess
import unittest

from support import FULL_MATRIX, SystemTest, memory_folder, need, pattern, run, write

SIZES = {12: 1440, 16: 16 * 1024, 32: 40 * 1024}  # KiB
LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 _-+[]äöß"


def sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class EditTest(SystemTest):
    in_memory = True

    def setUp(self):
        super().setUp()
        need(self, "mkfs.fat", "fsck.fat", "mdir", "mcopy", "mmd", "mdel", "mlabel", "mattrib")

    def make(self, fat, *options, name="disk.img"):
        image = self.temp / name
        image.unlink(missing_ok=True)
        run("mkfs.fat", "-F", str(fat), "-C", *options, image, str(SIZES[fat]))
        return image

    def edit(self, verb, *arguments, status=0, **options):
        result = self.cli(verb, *arguments, "--no-undo", status=status, **options)
        self.fsck(self.image_of(arguments))
        return result

    @staticmethod
    def image_of(arguments):
        """Options may stand before it."""
        return next(one for one in arguments if not str(one).startswith("-"))

    def fsck(self, image):
        said = run("fsck.fat", "-n", image, status=None)
        self.assertEqual(said.returncode, 0, said.stdout)
        self.assertEqual(len(said.stdout.splitlines()), 2, said.stdout)

    def read(self, image, path):
        return run("mcopy", "-n", "-i", image, "::" + path, "-", text=False).stdout

    def names(self, image, folder="/"):
        said = run("mdir", "-b", "-a", "-i", image, "::" + folder).stdout
        return sorted(line.split("/")[-1] if not line.endswith("/") else line.split("/")[-2] + "/"
                      for line in said.splitlines() if line)

    def refused(self, *arguments, says, status=1):
        image = self.image_of(arguments[1:])
        before = sha(image)
        result = self.cli(*arguments, status=status)
        self.assertIn(says, result.stderr)
        self.assertEqual(sha(image), before, "a refusal changed the image")
        self.assertEqual([f for f in os.listdir(self.temp) if "undo" in f], [])
        return result


class Verbs(EditTest):
    def test_put_files_are_read_back_by_mtools(self):
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                for number, size in enumerate((0, 1, 511, 512, 2048, 100_001)):
                    source = write(self.temp / f"Long file {number}.bin", pattern(size, number))
                    self.edit("put", image, source, "/")
                    self.assertEqual(self.read(image, f"/Long file {number}.bin"),
                                     source.read_bytes())
                self.edit("put", image, self.temp / "Long file 1.bin", "/SHORT.BIN")
                self.assertIn("SHORT.BIN", self.names(image))

    def test_put_brings_a_whole_folder(self):
        folder = self.temp / "tree"
        for path in ("a.txt", "sub/Longer name here.txt", "sub/deep/c.bin"):
            write(folder / path, pattern(3000, len(path)))
        (folder / "empty").mkdir()
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                self.edit("put", image, folder, "/")
                out = self.temp / f"out{fat}"
                self.cli("extract", image, "-d", out)
                self.assertEqual(run("diff", "-r", folder, out / "tree").stdout, "")
                self.assertEqual(self.read(image, "/tree/sub/deep/c.bin"),
                                 (folder / "sub/deep/c.bin").read_bytes())
                self.refused("put", image, folder, "/", says="exists already")
                self.edit("put", "--force", image, folder, "/")

    def test_times_and_attributes_come_along(self):
        source = write(self.temp / "old.txt", "old")
        os.utime(source, (978_307_200, 978_307_202))
        source.chmod(0o444)
        image = self.make(16)
        self.edit("put", image, source, "/", "--timezone", "utc")
        said = run("mdir", "-i", image, "::/OLD.TXT").stdout
        self.assertIn("2001-01-01   0:00", said)
        self.assertIn("r", self.cli("attr", image, "/old.txt").stdout.split()[0])

    def test_replace_frees_what_was_there(self):
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                big = write(self.temp / "big.bin", pattern(700_000))
                small = write(self.temp / "small.bin", pattern(900))
                self.edit("put", image, big, "/f.bin")
                self.edit("put", "--force", image, small, "/F.BIN")
                self.assertEqual(self.read(image, "/f.bin"), small.read_bytes())
                self.edit("put", "--force", image, big, "/f.bin")
                self.assertEqual(self.read(image, "/f.bin"), big.read_bytes())

    def test_replace_fits_where_only_the_old_one_did(self):
        image = self.make(12)
        source = write(self.temp / "f.bin", pattern(1_200_000))
        self.edit("put", image, source, "/")
        source.write_bytes(pattern(1_300_000, 2))
        self.edit("put", "--force", image, source, "/")
        self.assertEqual(self.read(image, "/f.bin"), source.read_bytes())

    def test_rm_removes_files_and_trees(self):
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                empty = run("fsck.fat", "-n", image).stdout.splitlines()[1].split(",")[1]
                self.edit("mkdir", image, "/a/b/c", "-p")
                source = write(self.temp / "x.bin", pattern(50_000))
                for place in ("/", "/a", "/a/b", "/a/b/c"):
                    self.edit("put", image, source, place)
                self.refused("rm", image, "/a", says="-r")
                self.edit("rm", image, "-r", "/a", "/x.bin")
                self.assertEqual(
                    run("fsck.fat", "-n", image).stdout.splitlines()[1].split(",")[1], empty)
                self.refused("rm", image, "/a", says="there is no", status=3)

    def test_mv_renames_and_moves(self):
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                source = write(self.temp / "x.bin", pattern(5000))
                self.edit("mkdir", image, "/one")
                self.edit("mkdir", image, "/two")
                self.edit("put", image, source, "/one")
                self.edit("mv", image, "/one/x.bin", "/one/A much longer name.bin")
                self.edit("mv", image, "/one", "/two")
                self.assertEqual(self.read(image, "/two/one/A much longer name.bin"),
                                 source.read_bytes())
                self.assertEqual(self.names(image, "/two/one/.."), self.names(image, "/two"))
                self.edit("mv", image, "/two/one", "/back")
                self.edit("mv", image, "/back/A much longer name.bin", "/X.BIN")
                self.edit("mv", image, "/x.bin", "/x.bin")
                self.assertEqual(self.read(image, "/x.bin"), source.read_bytes())
                self.refused("mv", image, "/two", "/two/sub", says="into itself")
                self.refused("mv", image, "/x.bin", "/two/", "--force", "--undo-file",
                             "/nowhere/undo", says="/nowhere", status=3)

    def test_mv_over_a_file_only_when_said(self):
        image = self.make(16)
        for name in ("a", "b"):
            self.edit("put", image, write(self.temp / name, pattern(5000, ord(name))), "/")
        self.refused("mv", image, "/a", "/b", says="exists already")
        self.edit("mv", "--force", image, "/a", "/b")
        self.assertEqual(self.read(image, "/b"), pattern(5000, ord("a")))
        self.assertEqual(self.names(image), ["b"])

    def test_label_is_set_printed_and_removed(self):
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                self.edit("label", image, "disk 1")
                self.assertEqual(self.cli("label", image).stdout, "DISK 1\n")
                self.assertIn("DISK 1", run("mlabel", "-s", "-i", image, "::").stdout)
                self.edit("label", image, "OTHER")
                self.assertIn("OTHER", run("mlabel", "-s", "-i", image, "::").stdout)
                self.edit("label", image, "--remove")
                self.assertEqual(self.cli("label", image).stdout, "\n")
                self.refused("label", image, "a.b", says='"."')

    def test_attr_changes_and_prints(self):
        image = self.make(12)
        self.edit("put", image, write(self.temp / "io.sys", "boot"), "/")
        self.assertEqual(self.cli("attr", image, "/io.sys").stdout, "---a  /io.sys\n")
        self.edit("attr", image, "/io.sys", "+r", "+h", "+s", "-a")
        self.assertEqual(self.cli("attr", image, "/io.sys").stdout, "rhs-  /io.sys\n")
        self.assertRegex(run("mattrib", "-i", image, "::/io.sys").stdout, r"^\s*SHR")
        self.edit("attr", image, "/io.sys", "-r", "-hs")
        self.assertEqual(self.cli("attr", image, "/io.sys").stdout, "----  /io.sys\n")

    def test_refuses_what_cannot_be(self):
        image = self.make(12)
        source = write(self.temp / "f.bin", pattern(2_000_000))
        self.refused("put", image, source, "/", says="the volume is full")
        self.refused("put", image, source, "/no/where", says='no folder "no"', status=3)
        self.refused("mkdir", image, "/a:b", says='":" cannot stand')
        self.refused("mkdir", image, "/con", says="device")
        self.refused("put", image, self.temp / "missing", "/", says="missing", status=3)
        self.refused("label", image, "much too long a label", says="at most 11")
        self.refused("attr", image, "/", "+r", says="root")

    def test_says_how_much_is_missing_for_all_files_together(self):
        image = self.make(12)
        files = [write(self.temp / f"{n}.bin", pattern(500_000, n)) for n in range(4)]
        said = self.refused("put", image, *files, "/", says="the volume is full")
        free = 2847
        missing = 4 * 977 - free
        self.assertIn(f"({missing:,} clusters", said.stderr)

    def test_full_root_is_refused_at_once(self):
        image = self.make(12)
        folder = self.temp / "many"
        for number in range(230):
            write(folder / f"F{number}", "x")
        files = sorted(folder.iterdir())
        self.refused("put", image, *files, "/", says="the root folder of this FAT12 volume is full")
        self.edit("put", image, *files[:224], "/")
        self.refused("mkdir", image, "/one more", says="is full")
        self.edit("mv", image, "/F0", "/G0")
        self.edit("put", "--force", image, files[1], "/F1")

    def test_plan_writes_nothing(self):
        image = self.make(32)
        before = sha(image)
        source = write(self.temp / "f.bin", pattern(5000))
        for arguments in (("put", source, "/"), ("mkdir", "/a"), ("label", "X")):
            verb, *rest = arguments
            said = self.cli(verb, image, *rest, "--plan").stdout
            self.assertIn("nothing was written", said)
        self.assertEqual(sha(image), before)
        self.assertEqual(sorted(os.listdir(self.temp)), ["disk.img", "f.bin"])

    def test_undo_restores_the_hash(self):
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                self.edit("put", image, write(self.temp / "a.bin", pattern(300_000)), "/")
                states = []
                for arguments in (("put", self.temp / "a.bin", "/b.bin"), ("rm", "/a.bin"),
                                  ("mkdir", "/d"), ("mv", "/b.bin", "/d"), ("label", "UNDO ME"),
                                  ("attr", "/d", "+h")):
                    verb, *rest = arguments
                    states.append(sha(image))
                    self.cli(verb, image, *rest)
                    self.fsck(image)
                for number in range(len(states), 0, -1):
                    undo = f"{image}.fatlas-undo" + (f"-{number}" if number > 1 else "")
                    self.cli("undo", image, undo)
                    self.assertEqual(sha(image), states[number - 1])
                    os.unlink(undo)

    def test_undo_refuses_what_somebody_else_changed(self):
        image = self.make(16)
        self.cli("put", image, write(self.temp / "a.bin", pattern(300_000)), "/")
        run("mcopy", "-i", image, write(self.temp / "c.bin", pattern(10)), "::")
        before = sha(image)
        said = self.cli("undo", image, f"{image}.fatlas-undo", status=1)
        self.assertIn("nothing is undone", said.stderr)
        self.assertEqual(sha(image), before)

    def test_partitions_are_edited_in_place(self):
        folder = self.temp / "tree"
        write(folder / "a.txt", "a")
        for scheme in ("mbr", "gpt"):
            image = self.create(folder, "--partition", scheme, "--size", "32M", "--fat", "16")
            table = image.read_bytes()[:1 << 20]
            self.cli("put", image, write(self.temp / "b.bin", pattern(70_000)), "/", "--no-undo")
            self.assertEqual(image.read_bytes()[:1 << 20], table)
            self.assertEqual(self.cli("cat", image, "/b.bin", text=False).stdout, pattern(70_000))

    def test_refuses_folders_and_compressed_images(self):
        folder = self.temp / "tree"
        write(folder / "a.txt", "a")
        self.assertIn("is a folder", self.cli("mkdir", folder, "/x", status=1).stderr)
        image = self.make(12)
        run("gzip", image)
        said = self.cli("mkdir", f"{image}.gz", "/x", status=1)
        self.assertIn("unpack it first", said.stderr)

    def test_goes_on_after_mtools_and_mtools_after_us(self):
        for fat in SIZES:
            with self.subTest(fat=fat):
                image = self.make(fat)
                source = write(self.temp / "Some name.txt", pattern(9000))
                run("mmd", "-i", image, "::/Their folder")
                run("mcopy", "-i", image, source, "::/Their folder/")
                self.edit("put", image, source, "/their folder/Some name 2.txt")
                run("mdel", "-i", image, "::/Their folder/Some name.txt")
                self.edit("put", image, source, "/Their folder")
                run("mcopy", "-i", image, source, "::/Their folder/Some name 3.txt")
                self.fsck(image)
                self.assertEqual(self.names(image, "/Their folder"),
                                 ["Some name 2.txt", "Some name 3.txt", "Some name.txt"])
                self.edit("rm", "-r", image, "/Their folder")
                self.assertEqual(run("mdir", "-b", "-i", image, "::").stdout, "")

    def test_many_files_in_one_folder_are_fast(self):
        folder = self.temp / "many"
        folder.mkdir()
        for number in range(5000):
            (folder / f"a file with a long name {number}.txt").write_bytes(b"%d" % number)
        image = self.make(32)
        self.edit("put", image, folder, "/", timeout=60)
        self.assertEqual(self.cli("cat", image, "/many/a file with a long name 4321.txt").stdout,
                         "4321")
        self.assertEqual(len(self.names(image, "/many")), 5000)

    def test_damage_is_refused_with_advice(self):
        image = self.make(16)
        self.edit("put", image, write(self.temp / "a.bin", pattern(300_000)), "/")
        data = bytearray(image.read_bytes())
        reserved = int.from_bytes(data[14:16], "little")
        sectors = int.from_bytes(data[22:24], "little")
        for copy in range(2):
            at = (reserved + copy * sectors) * 512 + 2 * 5
            data[at:at + 2] = b"\0\0"
        image.write_bytes(data)
        self.refused("rm", image, "/a.bin", says="repair the volume first")


class RandomChanges(EditTest):
    """Hundreds of random changes against a model: {path: bytes, or None for a folder}."""

    def play(self, fat, seed, count):
        rng = random.Random(seed)
        image = self.make(fat)
        model = {}
        for step in range(count):
            verb, arguments, change = self.choose(rng, model)
            said = self.cli(verb, image, *arguments, "--no-undo", status=None)
            if said.returncode == 0:
                change()
            else:
                self.assertEqual(said.returncode, 1, said.stderr)
                self.assertRegex(said.stderr, "full|exists already|itself|-r")
            self.fsck(image)
            if step % 25 == 24:
                self.compare(image, model)
        self.compare(image, model)

    def name(self, rng):
        if rng.random() < 0.4:
            return "".join(rng.choice("ABCDEFG123") for _ in range(rng.randint(1, 8)))
        length = rng.choice((3, 9, 13, 14, 26, 60))
        name = "".join(rng.choice(LETTERS) for _ in range(length)).strip()
        return (name or "x") + rng.choice((".txt", ".TXT", ".longer", ""))

    def choose(self, rng, model):
        folders = ["/"] + [p for p, c in model.items() if c is None]
        files = [p for p, c in model.items() if c is not None]
        kind = rng.choice(("put", "put", "put", "replace", "mkdir", "rm", "rmdir", "mv", "mvdir"))
        place = rng.choice(folders).rstrip("/")
        new = f"{place}/{self.name(rng)}"
        taken = any(p.upper() == new.upper() for p in model)
        if kind == "rm" and files:
            path = rng.choice(files)
            return "rm", [path], lambda: model.pop(path)
        if kind == "rmdir" and len(folders) > 3:
            path = rng.choice(folders[1:])
            return "rm", ["-r", path], lambda: self.drop(model, path)
        if kind in ("mv", "mvdir") and not taken:
            old = files if kind == "mv" else folders[1:]
            old = [p for p in old if not (new + "/").upper().startswith((p + "/").upper())]
            if old:
                path = rng.choice(old)
                return "mv", [path, new], lambda: self.rename(model, path, new)
        if kind == "mkdir" and not taken and new.count("/") < 5:
            return "mkdir", [new], lambda: model.update({new: None})
        if kind == "replace" and files:
            new = rng.choice(files)
        elif taken:
            return "label", [rng.choice("ABC")], lambda: None
        data = rng.randbytes(rng.choice((0, 1, 700, 5000, 40_000, 200_000)))
        source = write(self.temp / "source", data)
        return "put", [source, new, "--force"], lambda: model.update({new: data})

    @staticmethod
    def drop(model, path):
        for other in [p for p in model if (p + "/").startswith(path + "/")]:
            del model[other]

    @staticmethod
    def rename(model, path, new):
        for other in [p for p in model if (p + "/").startswith(path + "/")]:
            model[new + other[len(path):]] = model.pop(other)

    def compare(self, image, model):
        out = self.temp / "out"
        run("rm", "-rf", out)
        out.mkdir()
        if model:
            run("mcopy", "-s", "-n", "-i", image, "::", out)
        found = {}
        for where, folders, files in os.walk(out):
            inside = "/" + os.path.relpath(where, out)
            inside = "" if inside == "/." else inside
            found.update({f"{inside}/{name}": None for name in folders})
            for name in files:
                with open(os.path.join(where, name), "rb") as file:
                    found[f"{inside}/{name}"] = file.read()
        self.assertEqual(sorted(found), sorted(model))
        for path, data in model.items():
            self.assertEqual(found[path], data, path)

    def test_fat12(self):
        self.play(12, 1, 500 if FULL_MATRIX else 120)

    def test_fat16(self):
        self.play(16, 2, 500 if FULL_MATRIX else 120)

    def test_fat32(self):
        self.play(32, 3, 500 if FULL_MATRIX else 120)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""extract never leaves its folder, and images that others made are read as they mean them."""

import struct
import unittest

from support import (SystemTest, assert_same_folders, digest, hole, make_deep, make_small,
                     make_unicode, need, pattern, run, write)

SHORT_NAMES = [b"..         ", b".          ", b"/ETC/PASSWD", b"../../EVIL ", b"A\0B     TXT",
               b"\x1b[2J    TXT", b"\n\r\t      BAT", b"           ", b"A/B     C/D"]


def hostile_image(path):
    """A 1.44M floppy whose root holds names that must not be believed, files and folders both."""
    image = bytearray(2880 * 512)
    image[0:62] = struct.pack("<3s8sHBHBHHBHHHIIBBBI11s8s", b"\xeb\x3c\x90", b"EVIL    ", 512, 1, 1,
                              2, 224, 2880, 0xF0, 9, 18, 2, 0, 0, 0, 0, 0x29, 0x666, b"EVIL       ",
                              b"FAT12   ")
    image[510:512] = b"\x55\xaa"
    root = 19 * 512
    data = 33 * 512
    next_cluster = 2
    for number, name in enumerate(SHORT_NAMES * 2):
        is_folder = number >= len(SHORT_NAMES)
        struct.pack_into("<11sB14xHI", image, root + number * 32, name, 0x10 if is_folder else 0x20,
                         next_cluster, 0 if is_folder else 4)
        place = data + (next_cluster - 2) * 512
        if is_folder:
            struct.pack_into("<11sB14xHI", image, place, b"..         ", 0x20, 2, 4)
            struct.pack_into("<11sB14xHI", image, place + 32, b"INNER   TXT", 0x20, 2, 4)
        else:
            image[place:place + 4] = b"evil"
        for fat in (512, 512 + 9 * 512):
            entry = fat + next_cluster * 3 // 2
            value = struct.unpack_from("<H", image, entry)[0]
            value |= 0xFFF << 4 if next_cluster % 2 else 0xFFF
            struct.pack_into("<H", image, entry, value & 0xFFFF)
        next_cluster += 1
    for fat in (512, 512 + 9 * 512):
        image[fat:fat + 3] = b"\xf0\xff\xff"
    path.write_bytes(image)
    return path


class Hostile(SystemTest):
    def test_nothing_is_written_outside(self):
        image = hostile_image(self.temp / "evil.img")
        around = self.temp / "around"
        destination = around / "a" / "b" / "out"
        write(around / "a" / "canary", "alive")
        result = self.cli("extract", image, "-d", destination, status=None)
        self.assertIn(result.returncode, (0, 1))
        outside = [path for path in around.rglob("*")
                   if path.is_file() and destination not in path.parents]
        self.assertEqual(outside, [around / "a" / "canary"])
        for path in destination.rglob("*"):
            self.assertTrue(path.resolve().is_relative_to(destination.resolve()))
            self.assertNotRegex(path.name, "[\x00-\x1f]")
        for text in (result.stdout, result.stderr, self.cli("ls", image, "-R").stdout):
            self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f]")

    def test_links_in_the_destination_are_not_followed(self):
        folder = self.temp / "source"
        write(folder / "SUB" / "A.TXT", "new")
        write(folder / "B.TXT", "new")
        image = self.create(folder)
        outside = write(self.temp / "outside" / "B.TXT", "precious").parent
        out = self.temp / "out"
        out.mkdir()
        (out / "SUB").symlink_to(outside)
        (out / "B.TXT").symlink_to(outside / "B.TXT")
        for force in ([], ["--force"]):
            self.cli("extract", image, "-d", out, *force, status=1)
            self.assertEqual([path.name for path in outside.iterdir()], ["B.TXT"])
            self.assertEqual((outside / "B.TXT").read_text(), "precious")

    def test_files_that_exist_are_kept_unless_told(self):
        folder = make_small(self.temp / "small")
        image = self.create(folder)
        out = self.temp / "out"
        self.cli("extract", image, "-d", out)
        write(out / "S1.BIN", "mine")
        self.assertIn("exists already", self.cli("extract", image, "-d", out, status=1).stderr)
        self.assertEqual((out / "S1.BIN").read_text(), "mine")
        self.cli("extract", image, "-d", out, "--force")
        assert_same_folders(self, folder, out)


class RoundTrip(SystemTest):
    def test_folders_of_every_kind_come_back(self):
        for make in (make_small, make_deep, make_unicode):
            with self.subTest(folder=make.__name__):
                folder = make(self.temp / make.__name__)
                out = self.temp / f"{make.__name__}-out"
                self.cli("extract", folder, "-d", out)  # straight from the computed disk
                assert_same_folders(self, folder, out)

    def test_part_of_a_volume(self):
        folder = make_small(self.temp / "small")
        image = self.create(folder)
        self.cli("extract", image, "/docs/more", "-d", self.temp / "a")
        assert_same_folders(self, folder / "docs" / "more", self.temp / "a" / "more")
        self.cli("extract", image, "docs/LOWER.TXT", "-d", self.temp / "b")
        self.assertEqual((self.temp / "b" / "lower.txt").read_text(), "case bits\n")
        self.cli("extract", image, "/none", "-d", self.temp / "c", status=3)
        self.assertFalse((self.temp / "c").exists())

    def test_holes_come_back_as_holes(self):
        folder = self.temp / "sparse"
        hole(write(folder / "SPARSE.BIN"), 200 << 20)
        image = self.create(folder)
        self.cli("extract", image, "-d", self.temp / "out")
        copy = self.temp / "out" / "SPARSE.BIN"
        self.assertEqual(digest(copy), digest(folder / "SPARSE.BIN"))
        self.assertLess(copy.stat().st_blocks * 512, 1 << 20)


class Damaged(SystemTest):
    def test_what_can_be_read_is_saved_and_the_rest_said(self):
        folder = self.temp / "source"
        write(folder / "BROKEN.BIN", pattern(3000))
        write(folder / "WHOLE.BIN", pattern(3000, 2))
        image = self.create(folder, "--floppy", "1.44M")
        with open(image, "r+b") as file:
            for fat in (512, 512 + 9 * 512):  # the second cluster of the first file ends nowhere
                file.seek(fat + 4)
                low = file.read(1)[0]
                file.seek(fat + 4)
                file.write(bytes([low & 0x0F, 0x00]))
        out = self.temp / "out"
        result = self.cli("extract", image, "-d", out, status=1)
        self.assertRegex(result.stderr, r"error: /BROKEN.BIN: only [\d,]+ of 3,000 bytes")
        whole = (folder / "BROKEN.BIN").read_bytes()
        part = (out / "BROKEN.BIN").read_bytes()
        self.assertTrue(part and whole.startswith(part))
        self.assertEqual(digest(out / "WHOLE.BIN"), digest(folder / "WHOLE.BIN"))
        result = self.cli("cat", image, "/BROKEN.BIN", status=3, text=False)
        self.assertEqual(result.stdout, part)
        self.assertIn(b"free cluster", result.stderr)

    def test_no_damage_to_the_first_sectors_is_too_much(self):
        folder = make_small(self.temp / "small")
        image = self.create(folder, "--floppy", "1.44M")
        good = image.read_bytes()
        for seed in range(60):
            noise = pattern(64, seed)
            broken = bytearray(good)
            for index in range(0, 64, 4):
                place = int.from_bytes(noise[index:index + 2], "little") % (33 * 512)
                broken[place] = noise[index + 2]
            image.write_bytes(broken)
            for verb in (["info"], ["ls", "-R"], ["extract", "-d", self.temp / f"out{seed}"]):
                result = self.cli(verb[0], image, *verb[1:], status=None, timeout=60)
                self.assertIn(result.returncode, (0, 1, 3), f"{verb} of seed {seed}")


class MadeByOthers(SystemTest):
    """mkfs.fat and mtools write, we read."""

    def test_all_types_filled_by_mtools(self):
        need(self, "mkfs.fat", "mcopy")
        folder = make_small(self.temp / "small")
        write(folder / "Käse und Brot.txt", pattern(70_000))
        for bits, size, options in ((12, 1440, []), (16, 32 << 10, []), (32, 300 << 10, []),
                                    (32, 300 << 10, ["-s", "8", "-R", "64"]),
                                    (16, 64 << 10, ["-S", "4096"]), (12, 4096, ["-f", "1"])):
            with self.subTest(fat=bits, options=options):
                image = hole(self.temp / "other.img", size << 10)
                run("mkfs.fat", "-F", bits, "-n", "OTHERS", *options, image)
                for entry in folder.iterdir():
                    run("mcopy", "-s", "-m", "-i", image, entry, "::")
                info = self.info(image)
                self.assertEqual(info["volume"]["geometry"]["fatType"], bits)
                self.assertEqual(info["label"], "OTHERS")
                self.assertEqual(info["findings"], [])
                out = self.temp / f"out{bits}{''.join(options)}{size}"
                self.cli("extract", image, "-d", out)
                assert_same_folders(self, folder, out)
                for verb in (["ls", "-R"], ["info"]):
                    self.assertEqual(self.cli(verb[0], image, *verb[1:]).stderr, "")

    def test_fragmented_files(self):
        need(self, "mkfs.fat", "mcopy", "mdel")
        image = hole(self.temp / "other.img", 1440 << 10)
        run("mkfs.fat", image)
        for number in range(60):
            run("mcopy", "-i", image, write(self.temp / "x", pattern(9000, number)),
                f"::F{number}.BIN")
        for number in range(0, 60, 2):
            run("mdel", "-i", image, f"::F{number}.BIN")
        large = write(self.temp / "large", pattern(200_000, 99))
        run("mcopy", "-i", image, large, "::LARGE.BIN")
        content = self.cli("cat", image, "/LARGE.BIN", text=False).stdout
        self.assertEqual(content, large.read_bytes())


if __name__ == "__main__":
    unittest.main(verbosity=1)

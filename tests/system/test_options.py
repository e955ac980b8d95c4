#!/usr/bin/env python3
"""What is asked for is what is on the disk: labels, numbers, boot code, order, addresses."""

import os
import shutil
import unittest

from support import (CLI, SystemTest, digest, environment, judge, judge_fsck, make_empty, make_small,
                     need, pattern, run, write)


class Identity(SystemTest):
    def setUp(self):
        super().setUp()
        self.folder = make_small(self.temp / "small")

    def test_label_serial_and_oem_name_are_seen_by_others(self):
        need(self, "minfo", "mlabel", "fsstat")
        for fat, size in ((12, "4M"), (16, "32M"), (32, "300M")):
            with self.subTest(fat=fat):
                image = self.create(self.folder, "--fat", fat, "--size", size, "--label",
                                    "MY DISK", "--serial", "1A2B-3C4D", "--oem", "FATLAS12")
                judge_fsck(self, image)
                minfo = run("minfo", "-i", image, "::").stdout
                self.assertIn("1A2B3C4D", minfo)
                self.assertIn('disk label="MY DISK', minfo)
                self.assertIn("FATLAS12", run("fsstat", image).stdout)
                self.assertIn("MY DISK", run("mlabel", "-s", "-i", image, "::").stdout)

    def test_labels_fat_cannot_hold_are_refused_with_the_reason(self):
        for label, says in (("TWELVE CHARS", "at most 11"), ("A*B", "*"), ("日本", "日"),
                            ("A.B", "."), (" LEADING", "space")):
            with self.subTest(label=label):
                self.assert_refused("create", self.folder, "-o", self.temp / "x.img", "--label",
                                    label, says=says)

    def test_the_disk_id_is_in_the_table(self):
        need(self, "sfdisk")
        image = self.create(self.folder, "--partition", "mbr", "--disk-id", "DEADBEEF")
        self.assertIn('"id": "0xdeadbeef"', run("sfdisk", "-J", image).stdout)
        image.unlink()
        self.assert_refused("create", self.folder, "-o", self.temp / "x.img", "--disk-id", "1",
                            says="partition table")

    def test_first_files_come_first(self):
        need(self, "mdir", "mshowfat")
        folder = self.temp / "dos"
        for name in ("AUTOEXEC.BAT", "COMMAND.COM", "IO.SYS", "MSDOS.SYS"):
            write(folder / name, pattern(3000, len(name)))
        image = self.create(folder, "--floppy", "720K", "--first", "IO.SYS", "--first",
                            "MSDOS.SYS")
        order = [line[3:] for line in run("mdir", "-a", "-b", "-i", image, "::").stdout.split()]
        self.assertEqual(order[:2], ["IO.SYS", "MSDOS.SYS"])
        self.assertIn("<2", run("mshowfat", "-i", image, "::IO.SYS").stdout)
        judge(self, image, folder)

    def test_a_first_file_that_is_not_there_is_said(self):
        self.assert_refused("create", self.folder, "-o", self.temp / "x.img", "--first", "IO.SYS",
                            says="IO.SYS")


class BootCode(SystemTest):
    def setUp(self):
        super().setUp()
        self.folder = make_small(self.temp / "small")
        self.code = pattern(512, 3)[:510] + b"\x55\xaa"
        self.sector = write(self.temp / "boot.bin", b"\xeb\x58\x90" + self.code[3:])

    def test_the_disk_parameters_are_merged_into_a_boot_sector(self):
        for fat, size, start in ((12, "4M", 62), (16, "32M", 62), (32, "300M", 90)):
            with self.subTest(fat=fat):
                image = self.create(self.folder, "--fat", fat, "--size", size, "--boot-sector",
                                    self.sector)
                judge(self, image, self.folder)
                with open(image, "rb") as file:
                    sector = file.read(512)
                self.assertEqual(sector[:3], b"\xeb\x58\x90")
                self.assertEqual(sector[start:510], self.code[start:510])
                self.assertEqual(sector[510:], b"\x55\xaa")

    def test_mbr_code_leaves_the_table_alone(self):
        code = write(self.temp / "mbr.bin", pattern(440, 5))
        image = self.create(self.folder, "--partition", "mbr", "--mbr-code", code)
        judge(self, image, self.folder)
        with open(image, "rb") as file:
            self.assertEqual(file.read(440), code.read_bytes())

    def test_code_of_the_wrong_shape_is_refused(self):
        cases = ((["--boot-sector"], b"\xeb\x58\x90", "3 bytes"),
                 (["--boot-sector"], bytes(512), "55 AA"),
                 (["--boot-sector"], b"", "is empty"),
                 (["--boot-sector"], bytes(513), "513 bytes"),
                 (["--partition", "mbr", "--mbr-code"], bytes(513), "513 bytes"),
                 (["--partition", "gpt", "--mbr-code"], bytes(440), "needs the partition scheme"))
        for options, content, says in cases:
            with self.subTest(options=options, size=len(content)):
                file = write(self.temp / "code.bin", content)
                self.assert_refused("create", self.folder, "-o", self.temp / "x.img", *options,
                                    file, says=says)
        self.assert_refused("create", self.folder, "-o", self.temp / "x.img", "--boot-sector",
                            self.temp / "none.bin", says="none.bin", status=3)

    def test_our_own_code_says_that_it_does_not_boot(self):
        image = self.create(self.folder, "--floppy", "1.44M")
        with open(image, "rb") as file:
            sector = file.read(512)
        self.assertIn(sector[0], (0xEB, 0xE9))
        self.assertRegex(sector, rb"(?i)not boot|bootable")


class Addresses(SystemTest):
    """The outside of fat: addresses stays classic; the inside follows the law."""

    def setUp(self):
        super().setUp()
        self.folder = make_small(self.temp / "with:colon")

    def test_each_form(self):
        forms = (("fat:", 16, 1024 * 16 * 63, 63), ("fat:12:", 12, 64 * 16 * 63, 63),
                 ("fat:16:", 16, 1024 * 16 * 63, 63), ("fat:32:", 32, 1024 * 16 * 63, 63),
                 ("fat:floppy:", 12, 5760, 0), ("fat:floppy:12:", 12, 2880, 0),
                 ("fat:12:floppy:", 12, 2880, 0), ("fat:floppy:16:", 16, 5760, 0),
                 ("fat:rw:16:", 16, 1024 * 16 * 63, 63))
        for prefix, bits, sectors, start in forms:
            with self.subTest(address=prefix):
                image = self.temp / "disk.img"
                self.cli("create", f"{prefix}{self.folder}", "-o", image, "--force")
                self.assertEqual(image.stat().st_size, sectors * 512)
                info = judge(self, image, self.folder)
                self.assertEqual(info["volume"]["geometry"]["fatType"], bits)
                self.assertEqual(info["volumeOffset"], start * 512)
                self.assertEqual(info["volume"]["oemName"], "MSWIN4.1")
                self.assertEqual(info["label"], "QEMU VVFAT")

    def test_a_fat32_floppy_is_refused(self):
        self.assert_refused("create", f"fat:floppy:32:{self.folder}", "-o", self.temp / "x.img",
                            says="a floppy cannot be FAT32")

    def test_options_change_what_an_address_says(self):
        image = self.temp / "disk.img"
        self.cli("create", f"fat:floppy:{self.folder}", "-o", image, "--label", "MINE")
        self.assertEqual(self.info(image)["label"], "MINE")

    def test_rw_is_noted_and_ignored(self):
        said = self.cli("create", f"fat:rw:{self.folder}", "-o", self.temp / "x.img").stderr
        self.assertIn("rw:", said)

    def test_an_address_is_an_image_too(self):
        for verb in (("ls", "/docs"), ("info",), ("cat", "/docs/lower.txt")):
            with self.subTest(verb=verb[0]):
                self.cli(verb[0], f"fat:floppy:{self.folder}", *verb[1:])


class Reproducible(SystemTest):
    def test_the_same_folder_gives_the_same_bytes(self):
        folder = make_small(self.temp / "small")
        for options in (["--floppy", "1.44M"], ["--fat", "32", "--partition", "gpt"],
                        ["--partition", "mbr"]):
            with self.subTest(options=options):
                first = self.create(folder, "--reproducible", *options, name="first.img")
                second = self.temp / "second.img"
                second.unlink(missing_ok=True)
                for path in folder.rglob("*"):  # access times are not content
                    os.utime(path, ns=(1, path.stat().st_mtime_ns))
                run(CLI, "create", folder.name, "-o", second,
                    "--reproducible", *options, cwd=self.temp,
                    env=environment(TZ="Asia/Kolkata", LC_ALL="C"))
                self.assertEqual(digest(first), digest(second))

    def test_a_copy_with_the_same_times_gives_the_same_bytes(self):
        folder = make_small(self.temp / "small")
        first = self.create(folder, "--reproducible", name="first.img")
        shutil.copytree(folder, self.temp / "copy", symlinks=True)
        second = self.create(self.temp / "copy", "--reproducible", name="second.img")
        self.assertEqual(digest(first), digest(second))

    def test_an_empty_disk_too(self):
        for name in ("first.img", "second.img"):
            self.cli("create", "--empty", "-o", self.temp / name, "--reproducible", "--floppy",
                     "1.44M")
        self.assertEqual(digest(self.temp / "first.img"), digest(self.temp / "second.img"))

    def test_another_folder_gets_another_serial(self):
        folder = make_small(self.temp / "small")
        first = self.plan(folder, "--reproducible")["volume"]["serial"]
        write(folder / "more.txt", "x")
        self.assertNotEqual(first, self.plan(folder, "--reproducible")["volume"]["serial"])


class Empty(SystemTest):
    def test_a_formatted_disk_with_nothing_in_it(self):
        nothing = make_empty(self.temp / "nothing")
        for options in (["--floppy", "360K"], ["--size", "64M", "--partition", "mbr"],
                        ["--fat", "32", "--label", "EMPTY"]):
            with self.subTest(options=options):
                image = self.temp / "disk.img"
                self.cli("create", "--empty", "-o", image, "--force", *options)
                judge(self, image, nothing)

    def test_source_and_empty_exclude_each_other(self):
        self.assert_refused("create", self.temp, "--empty", "-o", self.temp / "x.img",
                            says="--empty", status=2)
        self.assert_refused("create", "-o", self.temp / "x.img", says="SOURCE", status=2)


if __name__ == "__main__":
    unittest.main(verbosity=1)

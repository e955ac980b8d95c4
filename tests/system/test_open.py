#!/usr/bin/env python3
"""Whatever holds a FAT volume opens, and what holds none is named.

Judges: the plain image says what a compressed one must say; sfdisk and sgdisk say where partitions
are; mkfs.fat, mtools and mkfs.* of other file systems make what is opened.
"""

import bz2
import gzip
import json
import lzma
import os
import re
import struct
import subprocess
import unittest
import zipfile

from support import FULL_MATRIX, SystemTest, environment, need, pattern, run, write

KIB = {12: 1440, 16: 16 * 1024, 32: 36 * 1024}
PACKERS = {"gzip": ["gzip", "-c"], "bzip2": ["bzip2", "-c"], "xz": ["xz", "-c"],
           "zstd": ["zstd", "-q", "-c"]}


def unpackable(data):
    """{kind: bytes} by Python's own libraries, so that each kind is there without its program."""
    return {"gzip": gzip.compress(data, mtime=0), "bzip2": bz2.compress(data),
            "xz": lzma.compress(data)}


class OpenTest(SystemTest):
    in_memory = True

    def setUp(self):
        super().setUp()
        need(self, "mkfs.fat", "mcopy", "mmd")

    def make(self, fat=12, *options, name="disk.img"):
        """A volume with two files and a folder."""
        image = self.temp / name
        run("mkfs.fat", "-F", str(fat), "-C", *options, image, str(KIB[fat]))
        run("mmd", "-i", image, "::DOCS")
        for number, path in enumerate(("::A long name.bin", "::DOCS/B.BIN")):
            source = write(self.temp / "source", pattern(30_000 + number, number))
            run("mcopy", "-i", image, source, path)
        return image

    def said(self, image, *options):
        """What three verbs say, without the name of the image and how it is packed."""
        texts = []
        for verb in (("info",), ("ls", "/", "-R"), ("check",)):
            said = self.cli(verb[0], image, *verb[1:], *options)
            text = said.stdout.replace(str(image), "IMAGE")
            texts.append(re.sub(r"^IMAGE: (gzip|bzip2|xz|zstd|ZIP), ", "IMAGE: ", text))
            self.assertEqual(said.stderr, "")
        return texts

    def refuses(self, image, *options, says, status=3, verb="ls"):
        result = self.cli(verb, image, *options, status=status)
        self.assertRegex(result.stderr, says)
        self.assertEqual(result.stdout, "")
        return result.stderr


class Compressed(OpenTest):
    def test_every_packer_gives_the_plain_image(self):
        for fat in KIB if FULL_MATRIX else (12, 32):
            plain = self.make(fat)
            expected = self.said(plain)
            for kind, command in PACKERS.items():
                with self.subTest(kind=kind, fat=fat):
                    need(self, command[0])
                    packed = self.temp / "packed"  # the name says nothing
                    packed.write_bytes(run(*command, plain, text=False).stdout)
                    self.assertEqual(self.said(packed), expected)
            plain.unlink()

    def test_levels_and_windows(self):
        plain = self.make(16)
        expected = self.said(plain)
        commands = [["gzip", "-1", "-c"], ["bzip2", "-1", "-c"], ["xz", "-9", "-c"],
                    ["xz", "--check=sha256", "-T2", "--block-size=100000", "-c"],
                    ["zstd", "-q", "-19", "-c"],
                    ["zstd", "-q", "--ultra", "-22", "--long=27", "-c"],
                    ["zstd", "-q", "--no-check", "-c"]]
        for command in commands if FULL_MATRIX else commands[::2]:
            with self.subTest(command=command):
                need(self, command[0])
                packed = self.temp / "packed"
                packed.write_bytes(run(*command, plain, text=False).stdout)
                self.assertEqual(self.said(packed), expected)

    def test_streams_of_several_members_are_glued(self):
        plain = self.make()
        expected = self.said(plain)
        data = plain.read_bytes()
        for kind in PACKERS:
            with self.subTest(kind=kind):
                need(self, kind)
                packed = self.temp / "packed"
                with open(packed, "wb") as out:
                    for part in (data[:1], data[1:700_001], b"", data[700_001:]):
                        piece = write(self.temp / "piece", part)
                        out.write(run(*PACKERS[kind], piece, text=False).stdout)
                self.assertEqual(self.said(packed), expected)

    def test_a_cut_stream_is_never_a_disk(self):
        data = self.make().read_bytes()
        for kind, packed in unpackable(data).items():
            size = len(packed)
            for cut in {size - 1, size - 4, size - 9, size // 2, 30, 12}:
                with self.subTest(kind=kind, cut=cut):
                    part = write(self.temp / "cut", packed[:cut])
                    self.refuses(part, says=f"{kind} data is (cut off|damaged)")

    def test_a_flipped_bit_is_never_a_disk(self):
        data = self.make().read_bytes()
        for kind, packed in unpackable(data).items():
            for place in (len(packed) // 3, len(packed) // 2, len(packed) - 6):
                with self.subTest(kind=kind, place=place):
                    broken = bytearray(packed)
                    broken[place] ^= 4
                    self.refuses(write(self.temp / "broken", bytes(broken)), says="damaged|cut off")

    def test_what_follows_the_data_is_said(self):
        packed = gzip.compress(self.make().read_bytes())
        self.said(write(self.temp / "padded", packed + bytes(5000)))
        self.refuses(write(self.temp / "more", packed + b"something"), says="9 bytes that are none")

    def test_empty_streams_are_empty_files(self):
        for kind in PACKERS:
            with self.subTest(kind=kind):
                need(self, kind)
                empty = write(self.temp / "empty")
                packed = write(self.temp / "packed", run(*PACKERS[kind], empty, text=False).stdout)
                self.refuses(packed, says="no FAT volume but an empty file")

    def test_the_disk_in_a_zip_archive_is_found(self):
        plain = self.make()
        expected = self.said(plain)
        for members in (["disk"], ["README.TXT", "sub/DISK.IMA"], ["a.txt", "b.doc", "the floppy"],
                        ["__MACOSX/._disk.img", "disk.img", ".DS_Store"]):
            for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                with self.subTest(members=members, method=method):
                    archive = self.temp / "packed"
                    with zipfile.ZipFile(archive, "w", method) as file:
                        for name in members:
                            is_disk = re.search("^disk|/DISK|floppy", name)
                            file.writestr(name, plain.read_bytes() if is_disk else name)
                    self.assertEqual(self.said(archive), expected)
                    self.refuses(write(self.temp / "cut", archive.read_bytes()[:-30]),
                                 says="ZIP archive has no directory at its end")

    def test_two_disks_in_a_zip_archive_are_listed(self):
        with zipfile.ZipFile(self.temp / "two.zip", "w") as file:
            for name in ("disk1.img", "disk2.img"):
                file.write(self.make(name=name), name)
        said = self.refuses(self.temp / "two.zip", says="holds 2 files", status=1)
        self.assertIn("disk1.img", said)
        self.assertIn("disk2.img", said)

    def test_names_say_nothing(self):
        plain = self.make()
        expected = self.said(plain)
        for name in ("disk.gz", "disk.zip", "disk.xz"):
            plain = plain.rename(self.temp / name)
            self.assertEqual(self.said(plain), expected)

    def test_zeros_take_no_room(self):
        """A gigabyte of nothing in a megabyte of temporary space."""
        packed = self.temp / "large"
        with gzip.open(packed, "wb", 1) as out:
            for _ in range(1024):
                out.write(bytes(1 << 20))
        self.refuses(packed, says="no FAT volume but zeros")

    def test_says_when_there_is_no_room(self):
        need(self, "mount", "umount")
        small = self.temp / "small"
        small.mkdir()
        mounted = run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", small, status=None)
        if mounted.returncode:
            self.skipTest(f"a file system cannot be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(run, "umount", small)
        image = self.make(16)
        source = write(self.temp / "source", pattern(900_000, 3))
        run("mcopy", "-i", image, source, "::MORE.BIN")
        packed = write(self.temp / "packed", gzip.compress(image.read_bytes()))
        said = self.cli("ls", packed, status=3, env=environment(TMPDIR=str(small))).stderr
        self.assertIn("set TMPDIR", said)
        self.assertEqual(os.listdir(small), [])

    def test_nothing_is_left_behind(self):
        place = self.temp / "tmp"
        place.mkdir()
        packed = write(self.temp / "packed", gzip.compress(self.make().read_bytes()))
        self.cli("ls", packed, env=environment(TMPDIR=str(place)))
        self.cli("ls", write(self.temp / "cut", packed.read_bytes()[:-3]), status=3,
                 env=environment(TMPDIR=str(place)))
        self.assertEqual(os.listdir(place), [])
        said = self.cli("ls", packed, env=environment(TMPDIR="/nowhere"), status=3).stderr
        self.assertIn("/nowhere", said)


class Partitions(OpenTest):
    MBR = """label: dos
start=63, size=20000, type=6
start=22528, size=60000, type=5
start=22591, size=16000, type=4
start=40960, size=16000, type=1
start=61440, size=20000, type=b
start=90000, size=30000, type=c, bootable
"""

    def partitioned(self, script, sectors=131072):
        need(self, "sfdisk")
        image = self.temp / "disk.img"
        image.unlink(missing_ok=True)
        with open(image, "wb") as file:
            file.truncate(sectors * 512)
        env = environment()
        env["PATH"] += ":/usr/sbin:/sbin"
        subprocess.run(["sfdisk", "-q", str(image)], input=script.encode(), env=env, check=True,
                       capture_output=True)
        table = json.loads(run("sfdisk", "-J", image).stdout)["partitiontable"]["partitions"]
        slots = {int(part["node"].removeprefix(str(image))): part for part in table}
        return image, slots

    def format(self, image, part, label):
        volume = self.temp / "volume"
        volume.unlink(missing_ok=True)
        run("mkfs.fat", "-C", "-n", label, volume, str(part["size"] // 2))
        with open(image, "r+b") as file:
            file.seek(part["start"] * 512)
            file.write(volume.read_bytes())

    def assert_found(self, image, slots):
        found = self.info(image)["table"]["partitions"]
        self.assertEqual({(p["index"], p["firstSector"], p["sectorCount"]) for p in found},
                         {(n, p["start"], p["size"]) for n, p in slots.items()})

    def test_primary_and_logical_partitions_are_where_sfdisk_says(self):
        image, slots = self.partitioned(self.MBR)
        self.assertEqual(sorted(slots), [1, 2, 3, 5, 6, 7])
        self.format(image, slots[3], "FIRST")
        self.assert_found(image, slots)
        self.assertEqual(self.info(image)["volumeOffset"], slots[3]["start"] * 512)
        for number, part in slots.items():
            if number != 2:
                self.format(image, part, f"PART {number}")
        for number, part in slots.items():
            if number == 2:
                continue
            with self.subTest(number=number):
                by_number = self.info(image, "--partition-index", str(number))
                by_offset = self.info(image, "--offset", str(part["start"] * 512))
                self.assertEqual(by_number["volume"], by_offset["volume"])
                self.assertEqual(by_number["volume"]["label"], f"PART {number}")
                self.assertEqual(by_number["volumeOffset"], part["start"] * 512)
        said = self.refuses(image, says="5 FAT volumes, choose one", status=1)
        for number in (1, 3, 5, 6, 7):
            self.assertRegex(said, rf"[:;] {number}: ")

    def test_gpt_slots_are_where_sgdisk_puts_them(self):
        need(self, "sgdisk")
        image = self.temp / "disk.img"
        for holes in ((1, 2, 3), (2, 5, 128)):
            with open(image, "wb") as file:
                file.truncate(131072 * 512)
            arguments = []
            for place, number in enumerate(holes):
                arguments += ["-n", f"{number}:{2048 + place * 30000}:+20000s", "-t",
                              f"{number}:{'ef00' if place == 1 else '0700'}"]
            run("sgdisk", *arguments, image)
            table = json.loads(run("sfdisk", "-J", image).stdout)["partitiontable"]["partitions"]
            slots = {int(part["node"].removeprefix(str(image))): part for part in table}
            self.assertEqual(tuple(sorted(slots)), holes)
            self.format(image, slots[holes[1]], "GPT")
            self.assert_found(image, slots)
            info = self.info(image)
            self.assertEqual(info["volumeOffset"], slots[holes[1]]["start"] * 512)
            self.assertEqual(info["table"]["kind"], "gpt")

    def test_a_gpt_with_a_broken_first_header_opens_by_its_backup(self):
        need(self, "sgdisk")
        image, slots = self.partitioned("label: gpt\nstart=2048, size=20000\n")
        self.format(image, slots[1], "GPT")
        with open(image, "r+b") as file:
            file.seek(512 + 60)
            file.write(b"\xff")
        self.assertEqual(self.info(image)["volume"]["label"], "GPT")
        self.assertIn("P2", str(self.info(image)["findings"]))

    def test_wishes_that_cannot_be(self):
        image, slots = self.partitioned(self.MBR)
        self.format(image, slots[1], "ONE")
        self.refuses(image, "--partition-index", "9", status=1,
                     says="no partition 9; there are 1: FAT16")
        self.refuses(image, "--partition-index", "2", says="extended partition", status=1)
        self.refuses(image, "--partition-index", "5", says="holds no FAT volume")
        self.refuses(image, "--offset", "1M", says="no FAT volume begins at offset 1048576")
        self.refuses(image, "--offset", "1T", says="behind the end of the disk", status=1)
        self.refuses(image, "--offset", "0", "--partition-index", "1", says="either says", status=1)

    def test_a_partition_cut_off_by_the_end_still_opens(self):
        image, slots = self.partitioned("label: dos\nstart=2048, size=20000, type=6\n")
        self.format(image, slots[1], "CUT")
        os.truncate(image, (2048 + 9000) * 512)
        self.assertEqual(self.cli("ls", image, status=None).returncode, 0)
        self.assertEqual(self.cli("check", image, status=None).returncode, 1)

    def test_a_volume_behind_something_else(self):
        volume = self.make().read_bytes()
        image = write(self.temp / "flash.bin", pattern(12_345) + volume)
        self.assertIn("A long name.bin", self.cli("ls", image, "--offset", "12345").stdout)
        self.refuses(image, says="no FAT volume")


class Devices(OpenTest):
    def loop(self, image, *options):
        need(self, "losetup")
        made = run("losetup", "--find", "--show", *options, image, status=None)
        if made.returncode:
            self.skipTest(f"there are no loop devices here: {made.stderr.strip()}")
        device = made.stdout.strip()
        self.addCleanup(run, "losetup", "-d", device)
        return device

    def test_a_block_device_is_opened_like_its_image(self):
        image = self.make(16)
        device = self.loop(image)
        for verb in (("info",), ("ls", "/", "-R"), ("check",)):
            said = [self.cli(verb[0], path, *verb[1:]).stdout.replace(str(path), "IMAGE")
                    for path in (device, image)]
            self.assertEqual(*said)

    def test_a_block_device_is_written(self):
        image = self.make(16)
        device = self.loop(image)
        self.cli("put", device, write(self.temp / "new.txt", "new"), "/", "--no-undo")
        self.assertEqual(run("mcopy", "-n", "-i", image, "::new.txt", "-").stdout, "new")

    def test_sectors_of_4096_bytes(self):
        need(self, "mkfs.fat")
        image = self.temp / "large.img"
        run("mkfs.fat", "-S", "4096", "-C", image, str(64 * 1024))
        device = self.loop(image, "--sector-size", "4096")
        self.assertIn("of 4,096", self.cli("info", device).stdout)


class NotFat(OpenTest):
    def test_other_file_systems_are_named(self):
        makers = [("NTFS", ["mkfs.ntfs", "-q", "-F", "-f"]), ("exFAT", ["mkfs.exfat"]),
                  ("ext", ["mkfs.ext4", "-q", "-F"]), ("XFS", ["mkfs.xfs", "-q", "-f"]),
                  ("Btrfs", ["mkfs.btrfs", "-q", "-f"])]
        path = environment().get("PATH", "") + ":/usr/sbin:/sbin"
        made = 0
        for name, command in makers:
            if not any(os.access(os.path.join(p, command[0]), os.X_OK) for p in path.split(":")):
                continue
            with self.subTest(name=name):
                image = self.temp / "other.img"
                with open(image, "wb") as file:
                    file.truncate(400 << 20)
                run(*command, image)
                self.refuses(image, says=f"no FAT volume but an? {name}")
                self.cli("check", image, status=3)
                made += 1
        self.assertGreater(made, 0)

    def test_signatures_are_named_without_their_makers(self):
        for name, offset, mark in (("NTFS", 3, b"NTFS    "), ("exFAT", 3, b"EXFAT   "),
                                   ("a qcow2", 0, b"QFI\xfb"), ("a VHDX", 0, b"vhdxfile"),
                                   ("ISO 9660", 0x8001, b"CD001"), ("ELF|program", 0, b"\x7fELF")):
            with self.subTest(name=name):
                data = bytearray(pattern(100_000))
                data[:600] = bytes(600)
                data[offset:offset + len(mark)] = mark
                data[510:512] = b"\x55\xaa"
                self.refuses(write(self.temp / "other.img", bytes(data)), says=name)

    def test_nothing_is_named(self):
        self.refuses(write(self.temp / "empty.img"), says="an empty file")
        self.refuses(write(self.temp / "zeros.img", bytes(1 << 20)), says="zeros at its beginning")
        self.refuses(write(self.temp / "text.txt", "hello\n" * 900), says="text")
        self.refuses(write(self.temp / "noise.img", pattern(100_000)), says="bytes per sector is")
        self.refuses(self.temp / "missing.img", says="No such file")


class Shapes(OpenTest):
    def test_every_sector_size(self):
        for size in (512, 1024, 2048, 4096):
            for fat in (12, 16, 32) if FULL_MATRIX else (16,):
                with self.subTest(size=size, fat=fat):
                    image = self.temp / "disk.img"
                    image.unlink(missing_ok=True)
                    kib = {12: 4096, 16: 8192 * size // 512, 32: 66000 * size // 1024 + 3000}[fat]
                    run("mkfs.fat", "-F", str(fat), "-S", str(size), "-s",
                        "1" if fat == 32 else "2", "-C", image, str(kib))
                    source = write(self.temp / "source.bin", pattern(70_000))
                    run("mcopy", "-i", image, source, "::")
                    geometry = self.info(image)["volume"]["geometry"]
                    self.assertEqual(geometry["bytesPerSector"], size)
                    self.assertEqual(self.cli("cat", image, "/source.bin", text=False).stdout,
                                     source.read_bytes())
                    self.cli("check", image)

    def test_old_floppies_are_known_by_media_byte_and_size(self):
        """As DOS 1.x left them: the boot sector holds code, and no fields."""
        # kind: media, sectors, of a cluster, of a FAT, root slots
        kinds = {"160K": (0xFE, 320, 1, 1, 64), "180K": (0xFC, 360, 1, 2, 64),
                 "320K": (0xFF, 640, 2, 1, 112), "360K": (0xFD, 720, 2, 2, 112)}
        for kind, (media, sectors, cluster, fat, root) in kinds.items():
            with self.subTest(kind=kind):
                image = self.temp / "old.img"
                image.unlink(missing_ok=True)
                run("mkfs.fat", "-F", "12", "-r", str(root), "-s", str(cluster), "-f", "2", "-M",
                    hex(media), "-R", "1", "-a", "-C", image, str(sectors // 2))
                source = write(self.temp / "source.bin", pattern(9000))
                run("mcopy", "-i", image, source, "::")
                data = bytearray(image.read_bytes())
                self.assertEqual(struct.unpack_from("<H", data, 22)[0], fat)
                data[:512] = b"\xeb\x2f\x14" + b"\x90" * 300 + bytes(209)
                image.write_bytes(data)
                self.assertEqual(self.cli("cat", image, "/source.bin", text=False).stdout,
                                 source.read_bytes())
                self.assertIn(kind, self.cli("info", image).stdout + self.cli(
                    "check", image, status=None).stdout)

    def test_the_other_fat_can_be_read(self):
        for fat in KIB:
            with self.subTest(fat=fat):
                image = self.make(fat, name=f"{fat}.img")
                info = self.info(image)["volume"]["geometry"]
                first = info["reservedSectors"] * info["bytesPerSector"]
                size = info["sectorsPerFat"] * info["bytesPerSector"]
                data = bytearray(image.read_bytes())
                data[first + 16:first + size] = bytes(size - 16)
                image.write_bytes(data)
                good = self.cli("cat", image, "/A long name.bin", "--fat", "2", text=False)
                self.assertEqual(good.stdout, pattern(30_000, 0))
                bad = self.cli("cat", image, "/A long name.bin", "--fat", "1", text=False,
                               status=None)
                self.assertNotEqual(bad.stdout, pattern(30_000, 0))
                self.assertIn("Copy 2 fits", self.cli("check", image, status=1).stdout)

    def test_the_active_fat_is_read_on_fat32(self):
        image = self.make(32)
        info = self.info(image)["volume"]["geometry"]
        first = info["reservedSectors"] * info["bytesPerSector"]
        size = info["sectorsPerFat"] * info["bytesPerSector"]
        data = bytearray(image.read_bytes())
        data[first + 12:first + size] = bytes(size - 12)
        for sector in (0, 6):
            struct.pack_into("<H", data, sector * 512 + 40, 0x81)
        image.write_bytes(data)
        for options in ((), ("--fat", "active"), ("--fat", "2")):
            said = self.cli("cat", image, "/A long name.bin", *options, text=False).stdout
            self.assertEqual(said, pattern(30_000, 0))
        bad = self.cli("cat", image, "/A long name.bin", "--fat", "1", text=False, status=None)
        self.assertNotEqual(bad.stdout, pattern(30_000, 0))


if __name__ == "__main__":
    unittest.main()

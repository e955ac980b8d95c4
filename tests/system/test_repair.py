"""Damaged images are repaired, and somebody else's programs judge what came of it.

After `repair --apply`: fsck.fat -n says nothing but version and summary, `check` has no warnings and
errors, files that the damage did not touch are what they were (by mcopy), and `undo` gives back the
damaged image byte for byte. Where the layout cannot be recovered the repair ends with 1, says why,
and has written nothing.

Which files a damage did not touch is worked out in repair_judge.py, without our program.
"""

import json
import os
import random
import unittest
from collections import Counter
from pathlib import Path

import damage
import repair_judge
from support import CLI, FULL_MATRIX, SystemTest, environment, memory_folder, need, run
from test_check import fsck_complains

SEEDS = range(*map(int, os.environ.get("FATLAS_SEEDS", "0:1000").split(":"))) \
    if FULL_MATRIX else range(24)
# Only what changes fields of the boot sector, or cuts it off, can cost the layout.
LAYOUT_DAMAGES = {"boot field", "backup boot", "fsinfo", "random byte", "truncated", "several"}


class RepairTest(SystemTest):
    in_memory = memory_folder() is not None

    def setUp(self):
        super().setUp()
        need(self, "fsck.fat", "mkfs.fat", "mcopy")
        self.image = self.temp / "damaged.img"
        self.undo_file = self.temp / "undo"

    def repair(self, *options):
        """(status, report or None, complaint)"""
        done = run(CLI, "repair", self.image, "--apply", "--json", "--undo-file", self.undo_file,
                   *options, status=None, timeout=60)
        report = json.loads(done.stdout) if done.stdout else None
        return done.returncode, report, done.stderr

    def faults_of(self, data, wanted):
        """What is wrong with a repair of `data`; `wanted` as copied_out() gives it."""
        self.image.write_bytes(data)
        self.undo_file.unlink(missing_ok=True)
        status, report, complaint = self.repair()
        if status == 1 and report is None:
            return self.faults_of_refusal(data, complaint)
        if status != 0:
            return [f"status {status}: {complaint[-600:]}"]
        return self.faults_of_result(data, wanted, report)

    def faults_of_refusal(self, data, complaint):
        self.refused += 1
        faults = []
        if not complaint.startswith("fatlas-cli: ") or len(complaint) < 40:
            faults.append(f"refused without a reason: {complaint}")
        if self.image.read_bytes() != data or self.undo_file.exists():
            faults.append("refused, and something was written")
        if not self.may_refuse:
            faults.append(f"refused: {complaint.strip()[:300]}")
        return faults

    def faults_of_result(self, data, wanted, report):
        faults = []
        complains, lines = fsck_complains(self.image)
        if complains:
            faults.append(f"fsck.fat: {lines[1:6]}")
        checked = run(CLI, "check", self.image, status=None, timeout=60)
        if checked.returncode != 0:
            faults.append(f"check: {checked.stdout[:600]}{checked.stderr[:300]}")
        found = repair_judge.copied_out(self.image, self.temp)
        changed = sorted(path for path in wanted if found.get(path) != wanted[path])
        if changed:
            faults.append(f"files lost or changed: {changed[:4]} of {len(changed)}; there are "
                          f"{sorted(set(found) - set(wanted))[:8]}")
        if report["applied"] != self.undo_file.exists():
            faults.append("no undo file, or one without a change")
        if report["applied"]:
            undone = run(CLI, "undo", self.image, self.undo_file, status=None)
            if undone.returncode != 0:
                faults.append(f"undo: {undone.stderr[:300]}")
        if self.image.read_bytes() != data:
            faults.append("not the damaged image after undo")
        return faults

    def judge(self, data, wanted, may_refuse=False):
        self.may_refuse, self.refused = may_refuse, 0
        return self.faults_of(data, wanted)


class Damaged(RepairTest):
    """One damage at a time, as in test_check.py."""

    def repair_all(self, kind):
        image = damage.SoundImage(kind, self.temp)
        sound = repair_judge.copied_out(image.path, self.temp)
        self.assertEqual(sorted(sound), sorted(repair_judge.files_of(image, image.data)))
        failed, refused = [], Counter()
        for seed in SEEDS:
            done, data = image.damaged_bytes(seed)
            wanted = {path: sound[path] for path in repair_judge.intact(image, data)}
            faults = self.judge(data, wanted, done.name in LAYOUT_DAMAGES)
            refused[done.name] += self.refused
            if faults:
                failed.append(f"{kind} seed {seed}, {done}: " + "\n    ".join(faults))
                if os.environ.get("FATLAS_VERBOSE"):
                    print(failed[-1], flush=True)
        self.assertEqual(failed, [], f"{len(failed)} of {len(SEEDS)}:\n" + "\n".join(failed[:20]))
        self.assertLess(sum(refused.values()), len(SEEDS) / 10, refused)

    def test_repairs_a_fat12_floppy(self):
        self.repair_all("fat12-floppy")

    def test_repairs_fat12_with_one_fat(self):
        self.repair_all("fat12-small")

    def test_repairs_fat16(self):
        self.repair_all("fat16")

    def test_repairs_fat32(self):
        self.repair_all("fat32")


class SeveralDamages(RepairTest):
    """Three damages at once."""

    def repair_all(self, kind):
        image = damage.SoundImage(kind, self.temp)
        sound = repair_judge.copied_out(image.path, self.temp)
        failed = []
        for seed in range(SEEDS.start, SEEDS.start + (len(SEEDS) + 2) // 3):
            data = bytearray(image.data)
            done = [damage.damage_of(image, 1_000_000 + 3 * seed + part) for part in range(3)]
            for one in done:
                for offset, new in one.patches:
                    data[offset:offset + len(new)] = new
            data = bytes(data)
            # Damages to the layout are looked at one by one in the class above.
            wanted = {path: sound[path] for path in repair_judge.intact(image, data)
                      if repair_judge.same_layout(image, data)}
            faults = self.judge(data, wanted, may_refuse=True)
            if faults:
                failed.append(f"{kind} seed {seed}, {'; '.join(map(str, done))}: " +
                              "\n    ".join(faults))
                if os.environ.get("FATLAS_VERBOSE"):
                    print(failed[-1], flush=True)
        self.assertEqual(failed, [], f"{len(failed)} failed:\n" + "\n".join(failed[:20]))

    def test_repairs_all_kinds(self):
        for kind in damage.KINDS:
            with self.subTest(kind=kind):
                self.repair_all(kind)


class LostLayout(RepairTest):
    """The boot sector is gone, or says something that is not so."""

    FLOPPIES = ("160K", "180K", "320K", "360K", "720K", "1.2M", "1.44M", "1.68M", "2.88M")
    LAYOUT = {"bytes per sector": (0x0B, 2), "sectors per cluster": (0x0D, 1),
              "reserved sectors": (0x0E, 2), "number of FATs": (0x10, 1),
              "root entries": (0x11, 2), "total sectors": (0x13, 2), "sectors per FAT": (0x16, 2),
              "total sectors, 32 bits": (0x20, 4)}

    def assert_repaired(self, data, wanted):
        self.assertEqual(self.judge(data, wanted), [])

    def test_fat32_has_a_copy(self):
        image = damage.SoundImage("fat32", self.temp)
        wanted = repair_judge.copied_out(image.path, self.temp)
        random_bytes = random.Random(1).randbytes(512)
        for lost in (bytes(512), b"\xFF" * 512, random_bytes, bytes(11) + image.data[11:512]):
            with self.subTest(lost=lost[:16]):
                self.assert_repaired(lost + image.data[512:], wanted)

    def test_floppies_are_known_by_media_byte_and_size(self):
        source = self.temp / "source"
        (source / "A folder").mkdir(parents=True)
        for number in range(12):
            (source / "A folder" / f"file {number}.bin").write_bytes(
                random.Random(number).randbytes(1000 * number))
        for floppy in self.FLOPPIES:
            data = self.create(source, "--floppy", floppy).read_bytes()
            wanted = repair_judge.copied_out(self.temp / "disk.img", self.temp)
            for lost in (bytes(512), b"\xF6" * 512, random.Random(2).randbytes(512)):
                with self.subTest(floppy=floppy, lost=lost[:8]):
                    self.assert_repaired(lost + data[512:], wanted)

    def test_nothing_is_written_where_nothing_is_known(self):
        for kind in ("fat12-small", "fat16"):
            image = damage.SoundImage(kind, self.temp)
            data = bytes(512) + image.data[512:]
            with self.subTest(kind=kind):
                self.assertEqual(self.judge(data, {}, may_refuse=True), [])
                self.assertEqual(self.refused, 1)

    def test_one_wrong_field_costs_no_file(self):
        for kind in ("fat12-floppy", "fat12-small", "fat16", "fat32"):
            image = damage.SoundImage(kind, self.temp)
            wanted = repair_judge.copied_out(image.path, self.temp)
            values = {0, 1, 2, 3, 4, 8, 16, 32, 64, 112, 128, 224, 240, 512, 1024, 2048, 4096,
                      2880, 0xFFFF}
            if not FULL_MATRIX:
                values = {1, 4, 64, 1024}
            for name, (offset, size) in self.LAYOUT.items():
                old = image.number(offset, size)
                for value in sorted({v for v in values if v < 1 << 8 * size} |
                                    {max(0, old - 1), old + 1} - {old, 1 << 8 * size}):
                    data = bytearray(image.data)
                    data[offset:offset + size] = value.to_bytes(size, "little")
                    with self.subTest(kind=kind, field=name, value=value, was=old):
                        self.assertEqual(self.judge(bytes(data), wanted, may_refuse=True), [])


class Sound(RepairTest):
    """What is sound stays as it is, byte for byte."""

    def assert_untouched(self):
        before = self.image.read_bytes()
        said = self.cli("repair", self.image)
        self.assertIn("nothing to repair", said.stdout)
        self.cli("repair", self.image, "--apply")
        self.assertEqual(self.image.read_bytes(), before)

    def test_volumes_by_other_makers(self):
        file = self.temp / "A file with a long name.txt"
        file.write_bytes(b"x" * 5000)
        made = [["mkfs.fat", *options, "-C", self.image, size] for options, size in (
            (["-F", "12"], 1440), (["-F", "12", "-f", "1", "-r", "32"], 720),
            (["-F", "16", "-s", "4", "-R", "8"], 40000), (["-F", "16", "-S", "2048"], 80000),
            (["-F", "32"], 70000), (["-F", "32", "-s", "1", "-R", "40"], 40000),
            (["-F", "32", "-S", "4096"], 300000))]
        made += [["mformat", "-C", "-i", self.image, *options, "::"] for options in (
            ["-f", "1440"], ["-f", "360", "-v", "LABEL"], ["-T", "200000"],
            ["-T", "200000", "-F"])]
        for command in made:
            with self.subTest(command=list(map(str, command))):
                self.image.unlink(missing_ok=True)
                run(*command)
                self.assert_untouched()
                run("mmd", "-i", self.image, "::FOLDER", "::Another folder")
                run("mcopy", "-i", self.image, file, "::FOLDER")
                run("mcopy", "-i", self.image, file, "::SHORT.TXT")
                run("mdel", "-i", self.image, "::SHORT.TXT")
                self.assert_untouched()


if __name__ == "__main__":
    unittest.main()

"""Thousands of damaged images: what fsck.fat complains about, `check` must complain about as well.

Judge: `fsck.fat -n`. It complains when its status is not 0 or it says more than its version and its
summary; `check` complains when its status is 1 (warnings or errors) or 3 (cannot be read).

What only `check` reports, and why:

* T5 to T8, B26 bit 1: entries 0 and 1 of the FAT, where fsck.fat looks only for the better copy.
* B2, B7, B18, B24: fields of the boot sector that DOS, Windows or Linux look at and fsck.fat does not.
* F3: where FSInfo says to look for free clusters.
* D12: names that differ only in case, or a long name that is another's short one: one of the two
  cannot be opened. fsck.fat compares short names only.
* D13: dates and times that do not exist; D6: reserved attributes; D16, D18, D24: long names that
  Windows cannot open.
* D25: small letters and + , ; = [ ] in short names, and a space in front or inside.
* D5: entries behind the end mark that fsck.fat takes for real, sound files; DOS and Windows do not
  see them.
* V4, V5, D26, D27: second labels, labels with other fields.
* C7, C9, D29: not all findings are listed.
"""

import json
import re
import subprocess
import unittest
from collections import Counter
from pathlib import Path

import damage
from support import (CLI, FULL_MATRIX, SystemTest, environment, memory_folder, need, run)

SEEDS = range(2000) if FULL_MATRIX else range(90)
COMPLAINTS = {1, 3}


def fsck_complains(path):
    env = environment()
    env["PATH"] = env.get("PATH", "") + ":/usr/sbin:/sbin"
    said = subprocess.run(["fsck.fat", "-n", str(path)], env=env, capture_output=True,
                          check=False, timeout=60)
    lines = (said.stdout + said.stderr).decode(errors="replace").splitlines()
    plain = (len(lines) == 2 and re.match(r"fsck\.fat \d", lines[0])
             and re.search(r": \d+ files, \d+/\d+ clusters$", lines[1]))
    return said.returncode != 0 or not plain, lines


class Damaged(SystemTest):
    in_memory = memory_folder() is not None

    def check_all(self, kind):
        need(self, "fsck.fat", "mkfs.fat", "mcopy")
        image = damage.SoundImage(kind, self.temp)
        self.assertEqual(self.cli("check", image.path).returncode, 0)
        self.assertFalse(fsck_complains(image.path)[0])
        silent = []
        for seed in SEEDS:
            with image.damaged(seed) as done:
                checked = run(CLI, "check", image.path, status=None, timeout=60)
                self.assertIn(checked.returncode, {0, 1, 3}, f"{kind} {seed} {done}")
                self.assertNotIn("should not have happened", checked.stderr)
                if checked.returncode not in COMPLAINTS:
                    complains, lines = fsck_complains(image.path)
                    # Windows never writes the label to the boot sector: for us that is a note.
                    if complains and "is in the root directory only" not in checked.stdout:
                        silent.append(f"{kind} seed {seed}, {done}: {lines[1:6]}")
        self.assertEqual(silent, [], f"{len(silent)} damages that only fsck.fat reports")

    def test_reports_what_fsck_reports_on_a_fat12_floppy(self):
        self.check_all("fat12-floppy")

    def test_reports_what_fsck_reports_on_fat12_with_one_fat(self):
        self.check_all("fat12-small")

    def test_reports_what_fsck_reports_on_fat16(self):
        self.check_all("fat16")

    def test_reports_what_fsck_reports_on_fat32(self):
        self.check_all("fat32")


class Sound(SystemTest):
    """Volumes by several makers, in all types: no warning and no error."""

    def assert_sound(self, image, *options):
        said = self.cli("check", image, "--json", *options, status=None)
        self.assertEqual(said.returncode, 0, said.stdout[-3000:] + said.stderr)
        found = json.loads(said.stdout)["findings"]
        self.assertEqual([f for f in found if f["severity"] != "info"], [])

    def test_what_mkfs_makes(self):
        need(self, "mkfs.fat")
        for options, size in ((["-F", "12"], 1440), (["-F", "12", "-f", "1"], 720),
                              (["-F", "16"], 20000), (["-F", "16", "-S", "2048"], 80000),
                              (["-F", "32"], 70000), (["-F", "32", "-S", "4096"], 300000),
                              (["-F", "32", "-s", "1", "-n", "A LABEL"], 40000),
                              (["-F", "16", "-n", "LABEL"], 20000)):
            with self.subTest(options=options):
                image = self.temp / "mkfs.img"
                image.unlink(missing_ok=True)
                run("mkfs.fat", *options, "-C", image, size)
                self.assert_sound(image)

    def test_what_mtools_makes(self):
        need(self, "mformat", "mcopy", "mlabel")
        for options in (["-f", "1440"], ["-f", "360"], ["-f", "2880", "-v", "MTOOLS"],
                        ["-T", "200000"], ["-T", "200000", "-F", "-v", "MTOOLS"]):
            with self.subTest(options=options):
                image = self.temp / "mtools.img"
                image.unlink(missing_ok=True)
                run("mformat", "-C", "-i", image, *options, "::")
                file = self.temp / "A name that is long.txt"
                file.write_bytes(b"x" * 5000)
                run("mmd", "-i", image, "::FOLDER")
                run("mcopy", "-i", image, file, "::FOLDER")
                run("mcopy", "-i", image, file, "::SHORT.TXT")
                run("mdel", "-i", image, "::SHORT.TXT")
                self.assert_sound(image)
                run("mlabel", "-i", image, "::NEWLABEL")
                self.assert_sound(image)

    def test_what_we_make(self):
        source = self.temp / "source"
        for name in ("a.txt", "käse.txt", "deep/er/file with a long name.txt", "UPPER.TXT"):
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"y" * 3000)
        for options in (["--floppy", "1.44M"], ["--floppy", "360K", "--label", "OLD"],
                        ["--fat", "16", "--size", "64M"],
                        ["--fat", "32", "--size", "512M", "--label", "NEW", "--partition", "gpt"]):
            with self.subTest(options=options):
                self.assert_sound(self.create(source, *options))
                self.assert_sound(source, *options)


class Report(SystemTest):
    """What is said, and how."""

    def damaged(self, kind="fat16", count=1):
        image = damage.SoundImage(kind, self.temp)
        files = [slot for slot in image.of_kind("file") if slot.cluster][:count]
        with open(image.path, "r+b") as file:
            for slot in files:
                for offset, new in image.entry_patches(slot.cluster, 0, image.copies):
                    file.seek(offset)
                    file.write(new)
        return image, files

    def setUp(self):
        super().setUp()
        need(self, "mkfs.fat", "mcopy")

    def test_json_says_place_and_meaning(self):
        image, files = self.damaged()
        report = json.loads(self.cli("check", image.path, "--json", status=1).stdout)
        found = [f for f in report["findings"] if f["rule"] == "C1"]
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0]["cluster"], files[0].cluster)
        self.assertEqual(found[0]["offset"], files[0].offset)
        for key in ("title", "meaning", "dos", "windows", "linux", "fix", "message", "path"):
            self.assertTrue(found[0][key], key)
        counted = Counter(f["severity"] for f in report["findings"])
        self.assertEqual((report["errorCount"], report["warningCount"], report["infoCount"]),
                         (counted["error"], counted["warning"], counted["info"]))

    def test_text_groups_by_rule(self):
        image, files = self.damaged(count=12)
        said = self.cli("check", image.path, status=1).stdout
        self.assertEqual(said.count("error C1, "), 1)
        self.assertIn("... and 2 more (--all lists them)", said)
        everything = self.cli("check", image.path, "--all", status=1).stdout
        self.assertEqual(everything.count("runs into a free cluster"), len(files))

    def test_names_the_better_copy(self):
        image = damage.SoundImage("fat16", self.temp)
        cluster = next(slot.cluster for slot in image.of_kind("file") if slot.size > 3000)
        with open(image.path, "r+b") as file:
            for offset, new in image.entry_patches(cluster, 0, [0]):
                file.seek(offset)
                file.write(new)
        said = self.cli("check", image.path, status=1).stdout
        self.assertIn("Copy 2 of the FAT" if "Copy 2 of" in said else "Copy 2 fits", said)
        report = json.loads(self.cli("check", image.path, "--fat", "2", "--json", status=1).stdout)
        self.assertEqual([f["rule"] for f in report["findings"]], ["T9"])
        self.assertEqual(report["fat"]["best"], 2)

    def test_exit_status(self):
        self.cli("check", self.temp / "missing.img", status=3)
        empty = self.temp / "empty.img"
        empty.write_bytes(bytes(100_000))
        self.cli("check", empty, status=3)
        self.cli("check", empty, "--fat", "0", status=2)
        self.cli("check", empty, "--fat", "second", status=2)
        image = damage.SoundImage("fat12-small", self.temp)
        self.cli("check", image.path, "--fat", "1")
        self.cli("check", image.path, "--fat", "active")
        self.cli("check", image.path, "--fat", "2", status=3)

    def test_offsets_count_from_the_start_of_the_image(self):
        image, files = self.damaged()
        disk = self.temp / "disk.img"
        start = 1 << 20
        with open(disk, "wb") as file:
            file.seek(start)
            file.write(Path(image.path).read_bytes())
        sectors = (disk.stat().st_size - start) // 512
        subprocess.run(["sfdisk", "-q", str(disk)], input=f"2048,{sectors},6\n".encode(),
                       env=environment(), check=True)
        report = json.loads(self.cli("check", disk, "--json", status=1).stdout)
        found = next(f for f in report["findings"] if f["rule"] == "C1")
        self.assertEqual(found["offset"], start + files[0].offset)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Names FAT cannot hold become legal, unique and known; legal ones stay what they are."""

import os
import unittest

from support import (SystemTest, as_mtools_says, judge, make_unicode, need, run, write)

MAPPED = ["CON", "aux.c", "nul.tar.gz", "com1", "LPT9.txt", "trailing dot.", "trailing space ",
          "dots...", "a:b", "what?", "star*.txt", 'quo"te', "<in>", "pi|pe", "back\\slash",
          "bell\a.txt", "line\nfeed", "del\x7f"]


class Names(SystemTest):
    def mapping(self, folder, *options):
        return {change["path"]: change["diskName"]
                for change in self.plan(folder, *options)["nameChanges"]}

    def shown_by_mtools(self, image):
        need(self, "mdir")
        return run("mdir", "-a", "-b", "-i", image, "-/", "::").stdout.splitlines()

    def test_illegal_names_are_mapped_remembered_and_reported(self):
        folder = self.temp / "odd"
        for name in MAPPED:
            write(folder / name, name)
        mapping = self.mapping(folder)
        self.assertEqual(sorted(mapping), sorted(MAPPED))
        folded = [name.upper() for name in mapping.values()]
        self.assertEqual(len(set(folded)), len(folded), "two names are the same on FAT")
        for host, disk in mapping.items():
            with self.subTest(name=host):
                self.assertNotRegex(disk, r'[\x00-\x1f"*/:<>?\\|\x7f]')
                self.assertFalse(disk.endswith((".", " ")))
                self.assertNotIn(disk.split(".")[0].upper(),
                                 {"CON", "AUX", "NUL", "COM1", "LPT9"})
        image = self.temp / "disk.img"
        said = self.cli("create", folder, "-o", image).stderr
        self.assertNotIn("\a", said)
        self.assertIn("CON", said)
        for host, disk in mapping.items():
            self.assertEqual(self.cli("cat", image, "/" + disk).stdout, host)
            os.rename(folder / host, folder / disk)
        judge(self, image, folder)

    def test_names_that_differ_only_in_case_are_both_there(self):
        folder = self.temp / "case"
        for name in ("README", "readme", "ReadMe", "käse", "KÄSE", "Σ", "ς", "σ"):
            write(folder / name, name)
        mapping = self.mapping(folder)
        final = [mapping.get(entry.name, entry.name) for entry in folder.iterdir()]
        folded = {name.upper() for name in final}
        self.assertEqual(len(folded), 8, final)
        image = self.temp / "disk.img"
        self.cli("create", folder, "-o", image)
        for entry in list(folder.iterdir()):
            disk = mapping.get(entry.name, entry.name)
            self.assertEqual(self.cli("cat", image, "/" + disk).stdout, entry.name)

    def test_bytes_that_are_not_utf8_are_mapped(self):
        folder = self.temp / "bytes"
        folder.mkdir()
        for name in (b"latin1-\xe4.txt", b"\xff\xfe", b"ok.txt"):
            (folder / os.fsdecode(name)).write_bytes(name)
        plan = self.plan(folder)
        self.assertEqual(len(plan["nameChanges"]), 2)
        image = self.temp / "disk.img"
        self.cli("create", folder, "-o", image)
        listing = self.cli("ls", image).stdout
        self.assertIn("ok.txt", listing)
        self.assertEqual(len(listing.splitlines()), 3)

    def test_unicode_names_come_back_exactly(self):
        folder = make_unicode(self.temp / "unicode")
        image = self.create(folder, "--fat", 32)
        self.assertEqual(self.mapping(folder, "--fat", 32), {})
        judge(self, image, folder)

    def test_255_units_are_the_limit(self):
        folder = self.temp / "long"
        names = ["b" * 255, "🎉" * 63, "ä" * 127]
        for name in names:
            write(folder / name, "x")
        image = self.create(folder)
        shown = self.shown_by_mtools(image)
        self.assertEqual(sorted(shown), sorted("::/" + as_mtools_says(name) for name in names))

    def test_short_names_with_case_bits_need_no_long_name(self):
        folder = self.temp / "case bits"
        for name in ("lower.txt", "UPPER.TXT", "base.EXT", "BASE2.ext"):
            write(folder / name, "")
        image = self.create(folder, "--floppy", "160K")
        self.assertEqual(self.plan(folder, "--floppy", "160K")["usage"]["rootEntriesUsed"], 4)
        self.assertEqual(sorted(self.shown_by_mtools(image)),
                         ["::/BASE2.ext", "::/UPPER.TXT", "::/base.EXT", "::/lower.txt"])

    def test_short_names_are_looked_up_too(self):
        folder = self.temp / "short"
        write(folder / "A long name.text", "1")
        write(folder / "A long name.texture", "2")
        image = self.create(folder)
        self.assertEqual({self.cli("cat", image, name).stdout
                          for name in ("/ALONGN~1.TEX", "/alongn~2.tex")}, {"1", "2"})

    def test_the_code_page_decides_about_short_names(self):
        folder = self.temp / "cyrillic"
        write(folder / "ФАЙЛ.TXT", "x")
        image = self.create(folder, "--codepage", 866)
        self.assertIn("ФАЙЛ    TXT".encode("cp866"), image.read_bytes())
        self.assertEqual(self.cli("ls", image, "--codepage", 866).stdout.count("ФАЙЛ.TXT"), 2)
        image = self.create(folder, "--codepage", 437, name="437.img")
        self.assertNotIn("ФАЙЛ    TXT".encode("cp866"), image.read_bytes())
        self.assertEqual(self.cli("cat", image, "/файл.txt").stdout, "x")

    def test_an_unknown_code_page_is_refused(self):
        self.assert_refused("create", "--empty", "-o", self.temp / "x.img", "--codepage", "9999",
                            says="9999")

    def test_a_first_byte_of_e5_survives(self):
        folder = self.temp / "e5"
        write(folder / "ХОР.TXT", "x")  # in code page 866, Х is 0x95; σ in 437 is 0xE5
        write(folder / "σ", "y")
        image = self.create(folder)
        self.assertEqual(self.cli("cat", image, "/σ").stdout, "y")
        judge(self, image, folder)


if __name__ == "__main__":
    unittest.main(verbosity=1)

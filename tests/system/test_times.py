#!/usr/bin/env python3
"""Times and read-only attributes, also where the clock changes twice a year."""

import os
import re
import unittest
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from support import SystemTest, environment, need, run, write

# One in winter, one in summer, one in the hour that is there twice in Berlin, one far back.
MOMENTS = {"WINTER.TXT": datetime(2024, 1, 15, 12, 34, 56, tzinfo=timezone.utc),
           "SUMMER.TXT": datetime(2024, 7, 15, 22, 34, 56, tzinfo=timezone.utc),
           "TWICE.TXT": datetime(2024, 10, 27, 0, 30, 0, tzinfo=timezone.utc),
           "OLD.TXT": datetime(1995, 3, 26, 0, 59, 58, tzinfo=timezone.utc)}
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]


class Times(SystemTest):
    def setUp(self):
        super().setUp()
        self.folder = self.temp / "times"
        for name, moment in MOMENTS.items():
            path = write(self.folder / name, name)
            os.utime(path, (moment.timestamp(), moment.timestamp()))

    def image(self, zone, *options):
        image = self.temp / f"{zone.replace('/', '-')}.img"
        self.cli("create", self.folder, "-o", image, "--force", *options,
                 env=environment(TZ=zone))
        return image

    @staticmethod
    def shown_by_mdir(image):
        """{name: civil time to the minute}, as mtools reads them: without any zone."""
        shown = {}
        for line in run("mdir", "-a", "-i", image, "::").stdout.splitlines():
            match = re.match(r"(\w+)\s+TXT\s+\d+\s+(\d{4}-\d\d-\d\d)\s+(\d+):(\d\d)", line)
            if match:
                name, date, hour, minute = match.groups()
                shown[f"{name}.TXT"] = f"{date} {int(hour):02d}:{minute}"
        return shown

    def civil(self, zone):
        return {name: moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
                for name, moment in MOMENTS.items()}

    def test_local_times_are_those_of_each_moment(self):
        need(self, "mdir")
        for zone in ZONES:
            with self.subTest(zone=zone):
                self.assertEqual(self.shown_by_mdir(self.image(zone)), self.civil(ZoneInfo(zone)))

    def test_a_zone_can_be_said(self):
        need(self, "mdir")
        for option, zone in (("utc", "UTC"), ("+05:30", "Asia/Kolkata")):
            with self.subTest(option=option):
                image = self.image("Europe/Berlin", "--timezone", option)
                self.assertEqual(self.shown_by_mdir(image), self.civil(ZoneInfo(zone)))
        image = self.image("Europe/Berlin", "--timezone", "-03:00")
        self.assertIn("2024-01-15 09:34", self.shown_by_mdir(image).values())

    def test_reproducible_means_utc(self):
        need(self, "mdir")
        image = self.image("America/New_York", "--reproducible")
        self.assertEqual(self.shown_by_mdir(image), self.civil(timezone.utc))

    def test_the_sleuth_kit_agrees(self):
        need(self, "fls")
        image = self.image("Europe/Berlin")
        for line in run("fls", "-l", image, env=environment(TZ="UTC")).stdout.splitlines():
            match = re.match(r"r/r \d+:\t(\S+)\t(\d{4}-\d\d-\d\d \d\d:\d\d)", line)
            if match:
                self.assertEqual(match.group(2),
                                 self.civil(ZoneInfo("Europe/Berlin"))[match.group(1)])

    def test_times_come_back_to_the_two_seconds(self):
        for zone in ZONES:
            with self.subTest(zone=zone):
                out = self.temp / f"out-{zone.replace('/', '-')}"
                self.cli("extract", self.image(zone), "-d", out, env=environment(TZ=zone))
                for name, moment in MOMENTS.items():
                    if name == "TWICE.TXT" and zone == "Europe/Berlin":
                        continue  # a civil time that was there twice cannot say which one it was
                    back = (out / name).stat().st_mtime
                    self.assertLessEqual(abs(back - moment.timestamp()), 2, f"{name} in {zone}")

    def test_mcopy_restores_the_same_times(self):
        need(self, "mcopy")
        out = self.temp / "mcopied"
        out.mkdir()
        zone = environment(TZ="America/New_York")
        run("mcopy", "-m", "-n", "-i", self.image("America/New_York"), "::*", out, env=zone)
        for name, moment in MOMENTS.items():
            self.assertLessEqual(abs((out / name).stat().st_mtime - moment.timestamp()), 2, name)

    def test_times_fat_cannot_say_are_clamped_and_reported(self):
        early = write(self.folder / "EARLY.TXT", "x")
        os.utime(early, (86400 * 365, 86400 * 365))
        result = self.cli("create", self.folder, "-o", self.temp / "x.img")
        self.assertRegex(result.stderr, "EARLY.TXT.*1980")
        listing = self.cli("ls", self.temp / "x.img", "EARLY.TXT").stdout
        self.assertIn("1980-01-01 00:00:00", listing)


class ReadOnly(SystemTest):
    def test_the_attribute_follows_the_mode_and_comes_back(self):
        need(self, "mattrib")
        folder = self.temp / "modes"
        write(folder / "LOCKED.TXT", "x").chmod(0o444)
        write(folder / "OPEN.TXT", "x").chmod(0o644)
        write(folder / "sub" / "INNER.TXT", "x").chmod(0o400)
        image = self.create(folder)
        said = run("mattrib", "-/", "-i", image, "::").stdout
        for line in said.splitlines():
            locked = "LOCKED" in line or "INNER" in line
            self.assertEqual("R" in line.split("::")[0], locked, line)
        self.cli("extract", image, "-d", self.temp / "out")
        modes = {path.name: path.stat().st_mode & 0o222 != 0
                 for path in (self.temp / "out").rglob("*.TXT")}
        self.assertEqual(modes, {"LOCKED.TXT": False, "OPEN.TXT": True, "INNER.TXT": False})


if __name__ == "__main__":
    unittest.main(verbosity=1)

#!/usr/bin/env python3
"""What ls, chain, map, explain, deleted and diff say about a volume, and what others say about it.

Judges: The Sleuth Kit (fsstat, fls, istat, icat) and mtools on volumes of three makers (mkfs.fat
with mtools, mformat with mtools, fatlas-cli itself); fsck.fat counts clusters; the bytes that were
written before they were deleted; the fields that were set.
"""

import functools
import json
import random
import re
import struct
import unittest
import zlib

from support import FULL_MATRIX, SystemTest, need, pattern, run, write

KIB = {12: 1440, 16: 16 * 1024, 32: 40 * 1024}
STATE_COLOURS = {"free": "#E9EDF1", "file": "#1F98FF", "directory": "#F0B803"}


def picture(path):
    """(width, height, rows of colours as #RRGGBB) of a PNG with a palette and without interlace."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, palette = 8, b"", []
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, interlace) == (8, 3, 0)
        elif kind == b"PLTE":
            palette = [f"#{body[i:i + 3].hex().upper()}" for i in range(0, length, 3)]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw = zlib.decompress(packed)
    assert len(raw) == height * (width + 1)
    rows, before = [], bytes(width)
    for y in range(height):
        kind, line = raw[y * (width + 1)], bytearray(raw[y * (width + 1) + 1:(y + 1) * (width + 1)])
        for x in range(width):
            left = line[x - 1] if x else 0
            corner = before[x - 1] if x else 0
            line[x] = line[x] + predict(kind, left, before[x], corner) & 0xFF
        before = bytes(line)
        rows.append([palette[value] for value in line])
    return width, height, rows


def predict(kind, left, above, corner):
    if kind == 4:
        return min((left, above, corner), key=lambda v: abs(left + above - corner - v))
    return (0, left, above, (left + above) // 2)[kind]


def on_every_volume(test):
    """Plays a test of (image, {path: bytes}) on a volume of each type and maker."""
    @functools.wraps(test)
    def play(self):
        for fat in KIB if FULL_MATRIX else (12, 32):
            for maker, image, content in self.made(fat):
                with self.subTest(fat=fat, maker=maker):
                    test(self, image, content)
    return play


class LookTest(SystemTest):
    in_memory = True

    def setUp(self):
        super().setUp()
        need(self, "mkfs.fat", "fsck.fat", "mcopy", "mmd", "mdel")

    def fill(self, image, rng, count=24):
        """Files of odd sizes in a few folders, made in turn so that they are fragmented."""
        folders = ["", "DOCS", "DOCS/a longer folder name", "EMPTY"]
        for folder in folders[1:]:
            run("mmd", "-i", image, f"::{folder}")
        content = {}
        for number in range(count):
            folder = folders[number % 3]
            name = rng.choice((f"F{number}.BIN", f"a file with a long name {number}.text"))
            path = f"{folder}/{name}".lstrip("/")
            content[path] = rng.randbytes(rng.choice((0, 1, 511, 512, 4096, 9000, 30_000)))
            run("mcopy", "-i", image, write(self.temp / "source", content[path]), f"::{path}")
            if number % 5 == 4:
                gone = rng.choice(sorted(content))
                del content[gone]
                run("mdel", "-i", image, f"::{gone}")
        return content

    def made(self, fat):
        """(maker, image, {path: bytes}) of each maker."""
        image = self.temp / "mkfs.img"
        image.unlink(missing_ok=True)
        run("mkfs.fat", "-F", str(fat), "-C", "-n", "MKFS", image, str(KIB[fat]))
        yield "mkfs.fat", image, self.fill(image, random.Random(fat))
        image = self.temp / "mformat.img"
        image.unlink(missing_ok=True)
        kind = {12: ["-f", "1440"], 16: ["-T", "65000", "-h", "16", "-s", "32", "-c", "4"],
                32: ["-F", "-T", "81920", "-h", "16", "-s", "63", "-c", "1"]}[fat]
        run("mformat", "-C", "-i", image, "-v", "MFORMAT", *kind, "::")
        yield "mformat", image, self.fill(image, random.Random(fat + 1))
        folder = self.temp / f"folder{fat}"
        content = {}
        for number, size in enumerate((0, 1, 512, 5000, 40_000)):
            path = f"{'sub folder/' if number % 2 else ''}file {number}.data"
            content[path] = write(folder / path, pattern(size, number)).read_bytes()
        yield "fatlas", self.create(folder, "--fat", str(fat), "--partition", "none"), content

    def listed(self, image, *options):
        return {entry["path"]: entry for entry in
                json.loads(self.cli("ls", image, "/", "-R", "--json", *options).stdout)}

    def chain(self, image, path):
        return json.loads(self.cli("chain", image, path, "--json").stdout)


class OthersAgree(LookTest):
    @on_every_volume
    def test_sleuth_kit_lists_the_same_files(self, image, content):
        need(self, "fls", "fsstat")
        said = run("fls", "-r", "-p", image).stdout
        theirs = {match[2]: match[1] for match in
                  re.finditer(r"^([rd])/[rd] \d+:\t(?!\$)(.*?)$", said, re.M)
                  if "(Volume Label Entry)" not in match[2]}
        ours = {path.lstrip("/"): {"file": "r", "directory": "d"}[entry["type"]]
                for path, entry in self.listed(image).items()}
        self.assertEqual(ours, theirs)
        self.assertEqual({p for p, kind in ours.items() if kind == "r"}, set(content))

    @on_every_volume
    def test_sleuth_kit_counts_the_same_clusters(self, image, _):
        need(self, "fsstat")
        said = run("fsstat", image).stdout
        geometry = self.info(image)["volume"]["geometry"]
        size = geometry["bytesPerSector"] * geometry["sectorsPerCluster"]
        self.assertIn(f"File System Type: FAT{geometry['fatType']}\n", said)
        self.assertEqual(int(re.search(r"Cluster Size: (\d+)", said)[1]), size)
        self.assertEqual(int(re.search(r"Total Cluster Range: 2 - (\d+)", said)[1]),
                         geometry["clusterCount"] + 1)

    @on_every_volume
    def test_sleuth_kit_sees_the_same_chains_and_sizes(self, image, content):
        need(self, "fls", "istat")
        numbers = {match[2]: match[1] for match in re.finditer(
            r"^r/r (\d+):\t(.*)$", run("fls", "-r", "-p", image).stdout, re.M)}
        geometry = self.info(image)["volume"]["geometry"]
        for path in sorted(content) if FULL_MATRIX else sorted(content)[::4]:
            said = run("istat", image, numbers[path]).stdout
            self.assertEqual(int(re.search(r"^Size: (\d+)", said, re.M)[1]), len(content[path]))
            theirs = [int(n) for n in said.split("Sectors:")[1].split() if n != "0"]
            ours = []
            for run_ in self.chain(image, "/" + path)["runs"]:
                first = run_["offset"] // geometry["bytesPerSector"]
                ours += range(first, first + run_["count"] * geometry["sectorsPerCluster"])
            needed = -(-len(content[path]) // geometry["bytesPerSector"])
            self.assertEqual(ours[:needed], theirs[:needed], path)

    @on_every_volume
    def test_mtools_sees_the_same_sizes_times_and_content(self, image, content):
        need(self, "mdir")
        listed = self.listed(image)
        for path, data in content.items():
            self.assertEqual(listed["/" + path]["size"], len(data))
            self.assertEqual(self.cli("cat", image, "/" + path, text=False).stdout, data)
        said = run("mdir", "-/", "-a", "-i", image, "::").stdout
        times = re.findall(r" +(\d+) (\d{4}-\d\d-\d\d) +(\d+):(\d\d) ", said)
        theirs = sorted((int(size), f"{day} {int(hour):02}:{minute}")
                        for size, day, hour, minute in times)
        ours = sorted((entry["size"], entry["modified"][:16]) for entry in listed.values()
                      if entry["type"] == "file")
        self.assertEqual(ours, theirs)

    @on_every_volume
    def test_mtools_sees_the_same_clusters(self, image, content):
        need(self, "mshowfat")
        for path in sorted(content)[::6]:
            said = run("mshowfat", "-i", image, f"::/{path}").stdout
            theirs = [tuple(int(n) for n in part.split("-")) for part in
                      re.findall(r"<(\d+(?:-\d+)?)>", said)]
            ours = [(r["first"], r["first"] + r["count"] - 1) if r["count"] > 1 else
                    (r["first"],) for r in self.chain(image, "/" + path)["runs"]]
            self.assertEqual(ours, theirs, said)


class Maps(LookTest):
    @on_every_volume
    def test_counts_are_those_of_fsck(self, image, _):
        said = run("fsck.fat", "-n", image, status=None).stdout
        used, total = re.search(r", (\d+)/(\d+) clusters", said).groups()
        mapped = json.loads(self.cli("map", image, "--json").stdout)
        counts = {k: v for k, v in mapped["counts"].items() if k.endswith("Clusters")}
        self.assertEqual(mapped["clusterCount"], int(total))
        self.assertEqual(sum(counts.values()), int(total))
        self.assertEqual(int(total) - counts["freeClusters"], int(used))
        at = 2
        for run_ in mapped["runs"]:
            self.assertEqual(run_["first"], at)
            at += run_["count"]
        self.assertEqual(at, mapped["clusterCount"] + 2)

    @on_every_volume
    def test_owners_are_those_of_the_chains(self, image, content):
        owned = {}
        for run_ in json.loads(self.cli("map", image, "--json").stdout)["runs"]:
            if "path" in run_:
                owned.setdefault(run_["path"], []).append((run_["part"], run_["first"],
                                                           run_["count"]))
        for path in sorted(content)[::5]:
            ours = [(r["part"], r["first"], r["count"])
                    for r in self.chain(image, "/" + path)["runs"]]
            self.assertEqual(sorted(owned.get("/" + path, [])), ours)

    def test_the_picture_is_as_wide_as_wished_and_has_a_cell_a_cluster(self):
        image = next(self.made(12))[1]
        mapped = json.loads(self.cli("map", image, "--json").stdout)
        states = [run_["state"] for run_ in mapped["runs"] for _ in range(run_["count"])]
        target = self.temp / "map.png"
        for width in (1, 7, 100, 333, 1024, 2048):
            with self.subTest(width=width):
                self.cli("map", image, "--png", target, "--width", str(width))
                found, height, rows = picture(target)
                self.assertEqual(found, width)
                self.assertLessEqual(height, max(width, 3000))
        largest = 24
        pitch = max(x for x in range(3, largest + 1)
                    if (2048 // x) * (1280 // x) >= len(states))
        columns = 2048 // pitch
        for index in range(0, len(states), 11):
            x, y = index % columns * pitch, index // columns * pitch
            cell = {colour for row in rows[y + 1:y + pitch - 1] for colour in row[x + 1:x + pitch - 1]}
            self.assertIn(STATE_COLOURS[states[index]], cell, index)

    def test_a_lone_bad_cluster_is_seen_in_the_smallest_picture(self):
        image = self.temp / "bad.img"
        run("mkfs.fat", "-F", "32", "-C", image, str(KIB[32]))
        data = bytearray(image.read_bytes())
        geometry = self.info(image)["volume"]["geometry"]
        for copy in range(2):
            at = (geometry["reservedSectors"] + copy * geometry["sectorsPerFat"]) * 512
            struct.pack_into("<I", data, at + 4 * 54321, 0x0FFFFFF7)
        image.write_bytes(data)
        mapped = json.loads(self.cli("map", image, "--json").stdout)
        self.assertEqual(mapped["counts"]["badClusters"], 1)
        for width in (4, 60, 500):
            self.cli("map", image, "--png", self.temp / "bad.png", "--width", str(width))
            colours = {c for row in picture(self.temp / "bad.png")[2] for c in row}
            self.assertGreater(len(colours - {STATE_COLOURS["free"], STATE_COLOURS["directory"],
                                              "#FFFFFF"}), 0, width)
        self.assertIn("✕", self.cli("map", image, "--width", "10").stdout)

    def test_drawings_are_xml(self):
        import xml.etree.ElementTree as tree
        image = next(self.made(12))[1]
        for mode in ("state", "owner", "fragments", "findings"):
            self.cli("map", image, "--svg", self.temp / "map.svg", "--mode", mode)
            root = tree.parse(self.temp / "map.svg").getroot()
            self.assertTrue(root.tag.endswith("}svg"))
            self.assertGreater(len(root), 3)
            self.cli("map", image, "--mode", mode)


class Deleted(LookTest):
    def entries(self, image):
        return json.loads(self.cli("deleted", image, "--json").stdout)

    def test_what_mdel_deleted_is_listed_and_comes_back(self):
        for fat in KIB:
            with self.subTest(fat=fat):
                image = self.temp / f"{fat}.img"
                run("mkfs.fat", "-F", str(fat), "-C", image, str(KIB[fat]))
                run("mmd", "-i", image, "::SUB")
                files = {"a long deleted name.bin": 30_000, "SUB/Another one.txt": 1000,
                         "SHORT.BIN": 5000, "SUB/empty one.txt": 0}
                for number, (path, size) in enumerate(files.items()):
                    source = write(self.temp / "source", pattern(size, number))
                    run("mcopy", "-i", image, source, f"::{path}")
                self.assertEqual(self.entries(image), [])
                for path in files:
                    run("mdel", "-i", image, f"::{path}")
                entries = {entry["path"]: entry for entry in self.entries(image)}
                self.assertEqual(set(entries), {"/a long deleted name.bin", "/SUB/Another one.txt",
                                                "/_HORT.BIN", "/SUB/empty one.txt"})
                for number, (path, size) in enumerate(files.items()):
                    entry = entries["/" + path.replace("SHORT", "_HORT")]
                    self.assertEqual((entry["size"], entry["chance"]),
                                     (size, "good" if size else "empty"))
                    out = self.temp / f"out{fat}-{number}"
                    self.cli("deleted", image, "--extract", str(entry["number"]), "-d", out)
                    found = [p for p in out.rglob("*") if p.is_file()]
                    self.assertEqual([p.read_bytes() for p in found], [pattern(size, number)])
                self.cli("deleted", image, "--extract", "all", "-d", self.temp / f"all{fat}")

    @on_every_volume
    def test_sleuth_kit_sees_the_same_deleted_files(self, image, _):
        need(self, "fls")
        said = run("fls", "-r", "-p", "-d", image).stdout
        theirs = {match[1] for match in re.finditer(r"^[rd]/[rd-] \* \d+:\t(.*)$", said, re.M)}
        self.assertEqual({entry["path"].lstrip("/") for entry in self.entries(image)}, theirs)

    def test_what_was_used_again_is_said_and_not_invented(self):
        image = self.temp / "disk.img"
        run("mkfs.fat", "-F", "16", "-C", "-s", "1", image, str(KIB[16]))
        for name, size, seed in (("OLD.BIN", 20_480, 1), ("LAST.BIN", 512, 2)):
            source = write(self.temp / "source", pattern(size, seed))
            run("mcopy", "-i", image, source, f"::{name}")
        run("mdel", "-i", image, "::OLD.BIN")
        first = self.entries(image)[0]["firstCluster"]
        data = bytearray(image.read_bytes())
        geometry = self.info(image)["volume"]["geometry"]
        for copy in range(2):  # cluster 5 of the file is bad now, which nobody gave to another
            at = (geometry["reservedSectors"] + copy * geometry["sectorsPerFat"]) * 512
            struct.pack_into("<H", data, at + 2 * (first + 5), 0xFFF7)
        image.write_bytes(data)
        entry = self.entries(image)[0]
        self.assertEqual((entry["chance"], entry["clustersNeeded"], entry["clustersFree"]),
                         ("partly", 40, 39))
        self.cli("deleted", image, "--extract", "1", "-d", self.temp / "out")
        want = pattern(20_480, 1)
        self.assertEqual(next((self.temp / "out").iterdir()).read_bytes(),
                         want[:2560] + bytes(512) + want[3072:])
        source = write(self.temp / "source", pattern(20_480, 3))
        run("mcopy", "-o", "-i", image, source, "::NEW.BIN")
        gone = [e for e in self.entries(image) if e["size"] == 20_480]
        for entry in gone:
            self.assertEqual(entry["chance"], "none")
            self.cli("deleted", image, "--extract", str(entry["number"]), "-d",
                     self.temp / "none", status=1)

    def test_a_deleted_folder_comes_back_with_what_was_in_it(self):
        for fat in KIB:
            with self.subTest(fat=fat):
                image = self.temp / f"{fat}.img"
                run("mkfs.fat", "-F", str(fat), "-C", image, str(KIB[fat]))
                for folder in ("TREE", "TREE/deep folder"):
                    run("mmd", "-i", image, f"::{folder}")
                source = write(self.temp / "source", pattern(7000, fat))
                run("mcopy", "-i", image, source, "::TREE/deep folder/the long file.bin")
                self.cli("rm", "-r", image, "/TREE", "--no-undo")
                entries = self.entries(image)
                top = next(e for e in entries if e["path"] == "/_REE")
                self.cli("deleted", image, "--extract", str(top["number"]), "-d",
                         self.temp / f"out{fat}")
                saved = self.temp / f"out{fat}/_REE/deep folder/the long file.bin"
                self.assertEqual(saved.read_bytes(), source.read_bytes())

    def test_names_from_the_disk_never_leave_the_folder(self):
        image = self.temp / "disk.img"
        run("mkfs.fat", "-F", "12", "-C", image, str(KIB[12]))
        run("mcopy", "-i", image, write(self.temp / "source", pattern(700)), "::A.BIN")
        data = bytearray(image.read_bytes())
        at = data.index(b"A       BIN")
        data[at:at + 11] = b"\xe5./../X /.."
        image.write_bytes(data)
        out = self.temp / "out" / "inside"
        self.cli("deleted", image, "--extract", "all", "-d", out, status=None)
        outside = [p for p in (self.temp / "out").rglob("*") if out not in (p, *p.parents)]
        self.assertEqual(outside, [])


class Differences(LookTest):
    def diff(self, a, b, status=1):
        return json.loads(self.cli("diff", a, b, "--json", status=status).stdout)

    def pair(self, fat):
        a = self.temp / "a.img"
        a.unlink(missing_ok=True)
        run("mkfs.fat", "-F", str(fat), "-C", a, str(KIB[fat]))
        run("mmd", "-i", a, "::SUB")
        for number in range(4):
            source = write(self.temp / "source", pattern(9000 + number, number))
            run("mcopy", "-i", a, source, f"::FILE{number}.BIN")
        b = self.temp / "b.img"
        b.write_bytes(a.read_bytes())
        return a, b

    def test_every_kind_of_change_is_told(self):
        need(self, "mren", "mmove", "mattrib")
        for fat in KIB:
            with self.subTest(fat=fat):
                a, b = self.pair(fat)
                self.assertTrue(self.diff(a, b, status=0)["same"])
                run("mdel", "-i", b, "::FILE0.BIN")
                run("mren", "-i", b, "::FILE1.BIN", "::OTHER.BIN")
                run("mattrib", "-i", b, "+r", "::FILE2.BIN")
                run("mcopy", "-i", b, write(self.temp / "new", pattern(50, 9)), "::SUB/NEW.BIN")
                data = bytearray(b.read_bytes())
                data[data.index(pattern(9003, 3)[:512]) + 100] ^= 1
                b.write_bytes(data)
                said = self.diff(a, b)
                found = {(c["kind"], c["before"], c["after"]): c for c in said["files"]}
                self.assertEqual(set(found), {
                    ("removed", "/FILE0.BIN", None), ("moved", "/FILE1.BIN", "/OTHER.BIN"),
                    ("changed", "/FILE2.BIN", "/FILE2.BIN"), ("added", None, "/SUB/NEW.BIN"),
                    ("changed", "/FILE3.BIN", "/FILE3.BIN")})
                self.assertEqual(found[("changed", "/FILE2.BIN", "/FILE2.BIN")]["differences"],
                                 ["attributes"])
                changed = found[("changed", "/FILE3.BIN", "/FILE3.BIN")]
                self.assertEqual((changed["differences"], changed["firstDifference"]),
                                 (["content"], 100))
                self.assertGreater(said["fat"]["entryCount"], 0)

    def test_copies_are_not_taken_for_what_was_moved(self):
        need(self, "mren", "mmove")
        a, b = self.pair(16)
        for number in (1, 2):
            source = write(self.temp / "source", pattern(9000, 0))
            run("mcopy", "-o", "-i", a, source, f"::COPY{number}.BIN")
        b.write_bytes(a.read_bytes())
        run("mmove", "-i", b, "::COPY2.BIN", "::SUB/RENAMED.BIN")
        run("mdel", "-i", b, "::FILE0.BIN")
        files = self.diff(a, b)["files"]
        self.assertEqual({(c["kind"], c["before"], c["after"]) for c in files},
                         {("removed", "/FILE0.BIN", None),
                          ("moved", "/COPY2.BIN", "/SUB/RENAMED.BIN")})

    def test_a_moved_folder_is_one_move(self):
        need(self, "mmove")
        a, b = self.pair(32)
        for image in (a, b):
            for number in range(3):
                source = write(self.temp / "source", pattern(100, 5))
                run("mcopy", "-m", "-i", image, source, f"::SUB/INNER{number}")
        b.write_bytes(a.read_bytes())
        run("mmd", "-i", b, "::NEW")
        run("mmove", "-i", b, "::SUB", "::NEW")
        files = self.diff(a, b)["files"]
        self.assertEqual([(c["kind"], c["before"], c["after"]) for c in files],
                         [("added", None, "/NEW"), ("moved", "/SUB", "/NEW/SUB")])

    def test_fields_of_the_boot_sector_and_single_entries_are_told(self):
        a, b = self.pair(32)
        data = bytearray(b.read_bytes())
        struct.pack_into("<I", data, 67, 0x12345678)  # serial number
        struct.pack_into("<I", data, 512 + 488, 77)  # free clusters
        geometry = self.info(a)["volume"]["geometry"]
        at = geometry["reservedSectors"] * 512
        struct.pack_into("<I", data, at + 4 * 5000, 0x0FFFFFF7)
        b.write_bytes(data)
        said = self.diff(a, b)
        self.assertEqual(said["fat"]["ranges"], [{"first": 5000, "count": 1}])
        self.assertEqual({f["structure"]: f["after"] for f in said["fields"]}["boot sector"],
                         "1234-5678")
        self.assertIn("77", {f["structure"]: f["after"] for f in said["fields"]}["FSInfo"])

    def test_a_folder_is_compared_with_the_image_made_from_it(self):
        folder = self.temp / "folder"
        write(folder / "docs/a.txt", "a")
        image = self.create(folder, "--fat", "16", "--reproducible")
        said = json.loads(self.cli("diff", folder, image, "--fat", "16", "--reproducible", "--json",
                                   status=None).stdout)
        self.assertEqual([f for f in said["files"]], [])


class Explained(LookTest):
    def fields(self, image, *place):
        said = json.loads(self.cli("explain", image, *place, "--json").stdout)
        return {field["offset"]: field for part in said["parts"] for field in part["fields"]}, said

    def test_boot_sector_fields_are_what_lies_there(self):
        for fat in KIB:
            with self.subTest(fat=fat):
                image = self.temp / f"{fat}.img"
                run("mkfs.fat", "-F", str(fat), "-C", "-i", "abcd1234", "-n", "EXPLAIN", image,
                    str(KIB[fat]))
                fields, _ = self.fields(image, "--sector", "0")
                data = image.read_bytes()
                for offset, form in ((11, "<H"), (13, "<B"), (14, "<H"), (16, "<B"), (17, "<H"),
                                     (19, "<H"), (22, "<H"), (24, "<H"), (26, "<H"), (28, "<I"),
                                     (32, "<I")):
                    value = struct.unpack_from(form, data, offset)[0]
                    self.assertEqual(fields[offset]["value"], str(value), offset)
                    self.assertEqual(fields[offset]["length"], struct.calcsize(form))
                serial = 67 if fat == 32 else 39
                self.assertEqual(fields[serial]["value"], "ABCD-1234")
                self.assertIn("EXPLAIN", fields[serial + 4]["value"])
                covered = sorted((f["offset"], f["offset"] + f["length"]) for f in fields.values())
                self.assertEqual((covered[0][0], covered[-1][1]), (0, 512))
                for before, after in zip(covered, covered[1:]):
                    self.assertEqual(before[1], after[0], "fields leave a gap")

    def test_fat_entries_and_clusters(self):
        for fat in KIB:
            with self.subTest(fat=fat):
                image = self.temp / f"{fat}.img"
                run("mkfs.fat", "-F", str(fat), "-C", image, str(KIB[fat]))
                run("mcopy", "-i", image, write(self.temp / "source", pattern(20_000)), "::A.BIN")
                chain = self.chain(image, "/A.BIN")
                geometry = self.info(image)["volume"]["geometry"]
                number = chain["firstCluster"] + 1
                fields, said = self.fields(image, "--cluster", str(number))
                start = geometry["reservedSectors"] * geometry["bytesPerSector"]
                entry = fields[start + number * fat // 8]
                self.assertEqual(int(entry["value"], 16), number + 1)
                self.assertIn(f"next is {number + 1}", entry["meaning"])
                data = said["parts"][-1]
                self.assertEqual((data["kind"], data["path"], data["cluster"]),
                                 ("file-data", "/A.BIN", number))
                by_offset = self.fields(image, "--offset", hex(data["offset"] + 3))[1]
                self.assertEqual(by_offset["parts"][0]["path"], "/A.BIN")

    def test_slots_of_directories(self):
        image = self.temp / "disk.img"
        run("mkfs.fat", "-F", "16", "-C", image, str(KIB[16]))
        run("mcopy", "-i", image, write(self.temp / "source", pattern(1234)), "::A long name.bin")
        at = image.read_bytes().index(b"ALONGN~1BIN")
        fields, _ = self.fields(image, "--offset", str(at))
        self.assertEqual(fields[at + 28]["value"], "1234")
        self.assertIn("ALONGN~1.BIN", fields[at]["meaning"])
        fields, said = self.fields(image, "--offset", str(at - 32))
        self.assertIn("A long name.b", fields[at - 31]["meaning"])
        self.assertIn("/A long name.bin", str(said["parts"][0]))

    def test_partition_tables(self):
        folder = self.temp / "folder"
        write(folder / "a.txt", "a")
        image = self.create(folder, "--partition", "mbr", "--size", "32M", "--fat", "16")
        offset = self.info(image)["volumeOffset"]
        fields, _ = self.fields(image, "--sector", "0")
        self.assertEqual(fields[446 + 8]["value"], str(offset // 512))
        self.assertEqual(self.fields(image, "--offset", str(offset))[1]["parts"][0]["kind"],
                         "boot-sector")
        image = self.create(folder, "--partition", "gpt", "--size", "32M", "--fat", "16")
        fields, said = self.fields(image, "--sector", "1")
        self.assertEqual(said["parts"][0]["kind"], "gpt-header")
        self.assertEqual(fields[512 + 72]["value"], "2")

    def test_every_sector_of_a_floppy_can_be_explained(self):
        image = next(self.made(12))[1]
        for sector in [*range(40), 2000, 2879] if FULL_MATRIX else (0, 1, 9, 10, 18, 19, 33, 2879):
            _, said = self.fields(image, "--sector", str(sector))
            at = sector * 512
            for part in said["parts"]:
                self.assertLessEqual(part["offset"], at)
                at = max(at, part["offset"] + part["length"])
            self.assertGreaterEqual(at, sector * 512 + 512)
        beyond = json.loads(self.cli("explain", image, "--sector", "2880", "--json").stdout)
        self.assertEqual(beyond["parts"][0]["kind"], "beyond")
        self.assertIn("2 to 2848", self.cli("explain", image, "--cluster", "2849", status=3).stderr)


if __name__ == "__main__":
    unittest.main()

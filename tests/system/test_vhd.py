"""VHDs both ways: what we write, qemu-img and libvhdi read; what qemu-img writes, we read."""

import json
import os
import shutil
import struct
import unittest

from support import SystemTest, content_of, digest, make_small, need, pattern, run, write

MIB = 1 << 20


def disk_of(path, size, seed=1):
    """A raw disk with data at both ends, across borders of blocks and in single sectors."""
    with open(path, "wb") as file:
        file.truncate(size)
        for at, length in ((0, 3000), (2 * MIB - 700, 1500), (5 * MIB, 512), (size - 4096, 4096),
                           (size // 2, 2 * MIB)):
            file.seek(at)
            file.write(pattern(min(length, size - at), seed + at))
    return path


class Vhd(SystemTest):
    def setUp(self):
        super().setUp()
        need(self, "qemu-img")

    def vhd(self, *arguments, status=0):
        return self.cli("vhd", *arguments, status=status)

    def assert_same_disk(self, vhd, raw):
        """By QEMU, which must believe our size and find our bytes."""
        info = json.loads(run("qemu-img", "info", "--output=json", "-f", "vpc", vhd).stdout)
        self.assertEqual(info["virtual-size"], os.path.getsize(raw))
        run("qemu-img", "compare", "-f", "vpc", "-F", "raw", vhd, raw)

    def assert_sound(self, vhd):
        self.assertEqual(self.vhd("check", vhd).returncode, 0)

    def content(self, vhd, name="out.raw"):
        """What we read from it, as a fixed VHD's bytes without the footer."""
        out = self.temp / name
        self.vhd("create", out, "--type", "fixed", "--from", vhd, "--force")
        with open(out, "r+b") as file:
            file.truncate(os.path.getsize(out) - 512)
        return out


class Written(Vhd):
    """By us, read by others."""

    def test_qemu_reads_what_we_fill(self):
        for size in (8 * MIB, 33 * MIB + 512, 130 * MIB + 5120):
            raw = disk_of(self.temp / "disk.raw", size)
            for options in (["--type", "fixed"], ["--type", "dynamic"],
                            ["--type", "dynamic", "--block-size", "512K"]):
                with self.subTest(size=size, options=options):
                    vhd = self.temp / "disk.vhd"
                    self.vhd("create", vhd, "--from", raw, *options, "--force")
                    self.assert_same_disk(vhd, raw)
                    self.assert_sound(vhd)

    def test_libvhdi_reads_what_we_fill(self):
        need(self, "vhdiinfo")
        raw = disk_of(self.temp / "disk.raw", 40 * MIB)
        for kind, name in (("fixed", "Fixed"), ("dynamic", "Dynamic")):
            vhd = self.temp / f"{kind}.vhd"
            self.vhd("create", vhd, "--from", raw, "--type", kind)
            said = run("vhdiinfo", vhd).stdout
            self.assertRegex(said, rf"Disk type\s*:\s*{name}")
            self.assertIn(f"({40 * MIB} bytes)", said)

    def test_empty_disks_of_all_sizes(self):
        for size in ("1M", "100M", "127G", "2040G"):
            vhd = self.temp / "empty.vhd"
            self.vhd("create", vhd, "--size", size, "--force")
            info = json.loads(run("qemu-img", "info", "--output=json", "-f", "vpc", vhd).stdout)
            ours = json.loads(self.vhd("info", vhd, "--json").stdout)
            self.assertEqual(info["virtual-size"], ours["virtualSize"], size)
            self.assert_sound(vhd)
            self.assertLess(os.stat(vhd).st_blocks * 512, 6 * MIB)

    def test_a_folder_as_vhd_is_the_same_disk(self):
        source = make_small(self.temp / "source")
        raw = self.create(source, "--reproducible", "--size", "40M", name="disk.img")
        for kind in ("vhd-fixed", "vhd-dynamic"):
            vhd = self.temp / f"{kind}.vhd"
            self.cli("create", source, "-o", vhd, "--reproducible", "--size", "40M", "--format",
                     kind)
            self.assert_same_disk(vhd, raw)
            self.assert_sound(vhd)

    def test_refuses_what_cannot_be(self):
        for arguments, says in ((["--size", "3T"], "2040"), ([], "--size"),
                                (["--size", "1M", "--block-size", "3K"], "block"),
                                (["--type", "differencing"], "--parent")):
            said = self.vhd("create", self.temp / "no.vhd", *arguments, status=None)
            self.assertIn(said.returncode, (1, 2, 3))
            self.assertIn(says, said.stderr)
            self.assertFalse((self.temp / "no.vhd").exists())


class Read(Vhd):
    """By us, written by others."""

    def test_what_qemu_converts(self):
        raw = disk_of(self.temp / "disk.raw", 64 * MIB)
        for options in ("subformat=dynamic", "subformat=fixed", "subformat=dynamic,force_size=on",
                        "subformat=fixed,force_size=on"):
            with self.subTest(options=options):
                vhd = self.temp / "qemu.vhd"
                run("qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", options, raw, vhd)
                self.assert_sound(vhd)
                back = self.temp / "back.raw"
                run("qemu-img", "convert", "-f", "vpc", "-O", "raw", vhd, back)
                self.assertEqual(digest(self.content(vhd)), digest(back))

    def test_sizes_as_qemu_decides_them(self):
        for size in ("1M", "37M", "504M", "8G", "127G"):
            for force in ("on", "off"):
                vhd = self.temp / "size.vhd"
                run("qemu-img", "create", "-f", "vpc", "-o", f"force_size={force}", vhd, size)
                theirs = json.loads(run("qemu-img", "info", "--output=json", vhd).stdout)
                ours = json.loads(self.vhd("info", vhd, "--json").stdout)
                self.assertEqual(ours["virtualSize"], theirs["virtual-size"], (size, force))
                vhd.unlink()

    def test_the_other_verbs_look_inside(self):
        source = make_small(self.temp / "source")
        vhd = self.temp / "disk.vhd"
        self.cli("create", source, "-o", vhd, "--size", "40M", "--partition", "mbr", "--format",
                 "vhd-dynamic")
        info = self.info(vhd)
        self.assertEqual(info["vhd"], "dynamic")
        self.assertEqual(info["table"]["kind"], "mbr")
        out = self.temp / "out"
        self.cli("extract", vhd, "-d", out)
        self.assertEqual(content_of(out), content_of(source))
        self.cli("check", vhd)
        raw = self.temp / "disk.raw"
        run("qemu-img", "convert", "-f", "vpc", "-O", "raw", vhd, raw)
        self.assertEqual(self.cli("ls", vhd, "-R", "--json").stdout.replace(str(vhd), ""),
                         self.cli("ls", raw, "-R", "--json").stdout.replace(str(raw), ""))

    def test_changes_inside_are_what_mtools_reads(self):
        need(self, "mcopy")
        source = make_small(self.temp / "source")
        vhd = self.temp / "disk.vhd"
        self.cli("create", source, "-o", vhd, "--size", "40M", "--format", "vhd-dynamic")
        new = self.temp / "NEW.BIN"
        new.write_bytes(pattern(3 * MIB, 9))
        before = digest(self.content(vhd))
        self.cli("put", vhd, new, "/docs")
        self.assert_sound(vhd)
        raw = self.temp / "disk.raw"
        run("qemu-img", "convert", "-f", "vpc", "-O", "raw", vhd, raw)
        run("mcopy", "-i", raw, "::docs/NEW.BIN", self.temp / "BACK.BIN")
        self.assertEqual((self.temp / "BACK.BIN").read_bytes(), new.read_bytes())
        self.cli("undo", vhd, f"{vhd}.fatlas-undo")
        self.assertEqual(digest(self.content(vhd)), before)

    def test_a_compressed_vhd(self):
        need(self, "gzip")
        source = make_small(self.temp / "source")
        vhd = self.temp / "disk.vhd"
        self.cli("create", source, "-o", vhd, "--size", "40M", "--format", "vhd-dynamic")
        run("gzip", vhd)
        self.assertEqual(self.info(f"{vhd}.gz")["vhd"], "dynamic")


class Chains(Vhd):
    def make_chain(self):
        raw = disk_of(self.temp / "base.raw", 24 * MIB)
        base = self.temp / "base.vhd"
        self.vhd("create", base, "--from", raw, "--type", "dynamic")
        child = self.temp / "child.vhd"
        self.vhd("create", child, "--parent", base)
        return raw, base, child

    def test_a_child_reads_as_its_parent(self):
        raw, _, child = self.make_chain()
        self.assertEqual(digest(self.content(child)), digest(raw))
        said = json.loads(self.vhd("chain", child, "--json").stdout)
        self.assertIn("base.vhd", json.dumps(said))

    def test_libvhdi_opens_the_chain(self):
        need(self, "vhdiinfo")
        _, _, child = self.make_chain()
        said = run("vhdiinfo", child).stdout
        self.assertRegex(said, r"Disk type\s*:\s*Differential")
        self.assertIn("base.vhd", said)

    def test_a_moved_chain_still_opens(self):
        raw, base, child = self.make_chain()
        moved = self.temp / "moved"
        moved.mkdir()
        for file in (base, child):
            shutil.move(file, moved / file.name)
        self.assertEqual(digest(self.content(moved / child.name)), digest(raw))

    def test_a_missing_parent_never_reads_as_zeros(self):
        _, base, child = self.make_chain()
        base.unlink()
        for verb in (["info"], ["ls"], ["check"]):
            said = self.cli(*verb, child, status=3)
            self.assertIn("base.vhd", said.stderr)

    def test_another_parent_is_refused(self):
        _, base, child = self.make_chain()
        self.vhd("create", base, "--size", "24M", "--force")
        said = self.cli("info", child, status=None)
        self.assertEqual(said.returncode, 3)
        self.assertIn("UUID", said.stderr)


class Changed(Vhd):
    """Convert, compact, resize, merge, reparent."""

    def write_inside(self, vhd, at, data):
        """By QEMU, in a disk without a parent (it does not look at parents)."""
        need(self, "qemu-io")
        new = self.temp / "new.bin"
        new.write_bytes(data)
        run("qemu-io", "-f", "vpc", "-c", f"write -s {new} {at} {len(data)}", vhd)

    def test_convert_both_ways(self):
        raw = disk_of(self.temp / "disk.raw", 40 * MIB)
        source = raw
        for number, kind in enumerate(("dynamic", "fixed", "dynamic", "raw")):
            target = self.temp / f"{number}.{kind}"
            self.vhd("convert", source, target, "--type", kind)
            if kind != "raw":
                self.assert_same_disk(target, raw)
                self.assert_sound(target)
            source = target
        self.assertEqual(digest(source), digest(raw))
        self.vhd("convert", raw, source, "--type", "raw", status=1)

    def test_compact_gives_zeros_back_and_keeps_the_disk(self):
        raw = disk_of(self.temp / "disk.raw", 40 * MIB)
        vhd = self.temp / "disk.vhd"
        self.vhd("create", vhd, "--from", raw, "--type", "dynamic")
        self.write_inside(vhd, 10 * MIB, pattern(6 * MIB, 3))
        self.write_inside(vhd, 10 * MIB, bytes(6 * MIB))
        before = os.path.getsize(vhd)
        uuid = json.loads(self.vhd("info", vhd, "--json").stdout)["uuid"]
        os.chmod(vhd, 0o600)
        plan = self.vhd("compact", vhd, "--plan").stdout
        self.assertEqual(os.path.getsize(vhd), before)
        self.assertIn("would have ", plan)
        done = self.vhd("compact", vhd).stdout
        self.assertEqual(plan.replace("would have ", ""), done)
        self.assertEqual(os.stat(vhd).st_mode & 0o7777, 0o600)
        self.assertLess(os.path.getsize(vhd), before - 5 * MIB)
        self.assert_same_disk(vhd, raw)
        self.assert_sound(vhd)
        self.assertEqual(json.loads(self.vhd("info", vhd, "--json").stdout)["uuid"], uuid)

    def test_create_makes_blocks_of_the_size_asked_for(self):
        vhd = self.temp / "disk.vhd"
        self.cli("create", "--empty", "-o", vhd, "--size", "64M", "--partition", "mbr",
                 "--label", "WORK", "--format", "vhd-dynamic", "--block-size", "512K")
        self.assertEqual(json.loads(self.vhd("info", vhd, "--json").stdout)["blockSize"],
                         512 * 1024)
        self.assert_sound(vhd)
        self.cli("create", "--empty", "-o", self.temp / "x.img", "--size", "64M",
                 "--block-size", "512K", status=2)

    def test_compact_drops_free_clusters_only_when_told(self):
        source = make_small(self.temp / "source")
        write(source / "BIG.BIN", pattern(12 * MIB, 5))
        vhd = self.temp / "disk.vhd"
        self.cli("create", source, "-o", vhd, "--size", "64M", "--format", "vhd-dynamic")
        self.cli("rm", vhd, "/BIG.BIN", "--no-undo")
        self.vhd("compact", vhd)
        kept = os.path.getsize(vhd)
        self.vhd("compact", vhd, "--drop-free")
        self.assertLess(os.path.getsize(vhd), kept - 9 * MIB)
        self.assert_sound(vhd)
        (source / "BIG.BIN").unlink()
        out = self.temp / "out"
        self.cli("extract", vhd, "-d", out)
        self.assertEqual(content_of(out), content_of(source))

    def assert_holds(self, vhd, tree, partitioned):
        """By fsck.fat, and file by file."""
        raw = self.temp / "inside.raw"
        self.vhd("convert", vhd, raw, "--type", "raw", "--force")
        first = 0
        if partitioned:
            table = json.loads(run("sfdisk", "-J", raw).stdout)["partitiontable"]
            first = table["partitions"][0]["start"]
            run("sfdisk", "--verify", raw)
        volume = self.temp / "volume.raw"
        with open(raw, "rb") as source, open(volume, "wb") as target:
            source.seek(first * 512)
            shutil.copyfileobj(source, target)
        said = run("fsck.fat", "-n", volume).stdout.splitlines()
        self.assertEqual(len(said), 2, said)
        out = self.temp / "out"
        shutil.rmtree(out, ignore_errors=True)
        self.cli("extract", vhd, "-d", out)
        self.assertEqual(content_of(out), content_of(tree))
        self.cli("check", vhd)

    def test_resize_takes_the_volume_along(self):
        need(self, "fsck.fat", "sfdisk")
        tree = self.temp / "tree"
        make_small(tree)
        for options, sizes in ((["--fat", "12", "--size", "2M"], ("3M", "1M")),
                               (["--fat", "16", "--partition", "mbr", "--size", "40M"],
                                ("100M", "30M")),
                               (["--fat", "16", "--partition", "gpt", "--size", "40M"],
                                ("100M", "30M")),
                               (["--fat", "32", "--size", "80M"], ("700M", "75M")),
                               (["--fat", "32", "--partition", "gpt", "--esp", "--size", "300M"],
                                ("2G", "280M"))):
            for kind in ("vhd-dynamic", "vhd-fixed"):
                if kind == "vhd-fixed" and sizes[0] == "2G":
                    continue
                with self.subTest(options=options, kind=kind):
                    vhd = self.temp / "disk.vhd"
                    self.cli("create", tree, "-o", vhd, "--format", kind, "--force", *options)
                    for size in sizes:
                        self.assertIn("clusters instead of",
                                      self.vhd("resize", vhd, size).stdout)
                        self.assert_sound(vhd)
                        self.assert_holds(vhd, tree, "--partition" in options)

    def test_resize_refuses_to_cut_a_file(self):
        tree = self.temp / "tree"
        tree.mkdir()
        write(tree / "BIG.BIN", pattern(3 * MIB, 1))
        vhd = self.temp / "disk.vhd"
        self.cli("create", tree, "-o", vhd, "--format", "vhd-dynamic", "--fat", "12", "--size", "8M")
        before = digest(vhd)
        self.assertIn("at least", self.vhd("resize", vhd, "2M", status=1).stderr)
        self.assertIn("ends at", self.vhd("resize", vhd, "2000M", status=1).stderr)
        self.assertEqual(digest(vhd), before)
        self.vhd("resize", vhd, "2000M", "--disk-only")
        self.assert_sound(vhd)

    def test_resize_keeps_what_is_inside(self):
        for kind in ("dynamic", "fixed"):
            raw = disk_of(self.temp / "disk.raw", 40 * MIB)
            vhd = self.temp / f"{kind}.vhd"
            self.vhd("create", vhd, "--from", raw, "--type", kind)
            self.vhd("resize", vhd, "64M")
            os.truncate(raw, 64 * MIB)
            self.assert_same_disk(vhd, raw)
            self.assert_sound(vhd)
            self.vhd("resize", vhd, 40 * MIB)
            os.truncate(raw, 40 * MIB)
            self.assert_same_disk(vhd, raw)
            before = digest(vhd)
            self.assertIn("data behind", self.vhd("resize", vhd, "30M", status=1).stderr)
            self.assertEqual(digest(vhd), before)
            self.vhd("resize", vhd, "30000001", status=None)
            self.assertEqual(digest(vhd), before)

    def make_children(self):
        """Base, child and grandchild, each with bytes of its own, and what the last one reads as."""
        source = make_small(self.temp / "source")
        base = self.temp / "base.vhd"
        self.cli("create", source, "-o", base, "--size", "40M", "--format", "vhd-dynamic")
        child = self.temp / "child.vhd"
        self.vhd("create", child, "--parent", base)
        new = write(self.temp / "ONE.BIN", pattern(3 * MIB + 100, 11))
        self.cli("put", child, new, "/", "--no-undo")
        self.cli("rm", child, "/docs/lower.txt", "--no-undo")
        grandchild = self.temp / "grandchild.vhd"
        self.vhd("create", grandchild, "--parent", child)
        self.cli("mkdir", grandchild, "/NEW", "--no-undo")
        return base, child, grandchild

    def test_merge_into_the_parent(self):
        base, child, grandchild = self.make_children()
        wanted = digest(self.content(grandchild))
        self.assertIn("would write", self.vhd("merge", grandchild, "--plan").stdout)
        for disk, parent in ((grandchild, child), (child, base)):
            self.vhd("merge", disk)
            self.assertEqual(digest(self.content(disk)), wanted)
            self.assertEqual(digest(self.content(parent)), wanted)
            self.assert_sound(base)
        raw = self.temp / "whole.raw"
        run("qemu-img", "convert", "-f", "vpc", "-O", "raw", base, raw)
        self.assertEqual(digest(raw), wanted)

    def test_merge_into_a_new_file(self):
        base, child, grandchild = self.make_children()
        before = [digest(file) for file in (base, child, grandchild)]
        whole = self.temp / "whole.vhd"
        self.vhd("merge", grandchild, "-o", whole)
        self.assertEqual(before, [digest(file) for file in (base, child, grandchild)])
        self.assert_same_disk(whole, self.content(grandchild))

    def test_compacting_a_child_uncovers_nothing(self):
        _, child, grandchild = self.make_children()
        wanted = digest(self.content(grandchild)), digest(self.content(child))
        for disk in (child, grandchild):
            self.vhd("compact", disk)
            self.assertEqual(wanted,
                             (digest(self.content(grandchild)), digest(self.content(child))))
        self.assertEqual(self.vhd("check", grandchild).stderr.count("V25"), 0)

    def test_reparent_after_a_move(self):
        base, child, _ = self.make_children()
        wanted = digest(self.content(child))
        moved = self.temp / "elsewhere" / "renamed.vhd"
        moved.parent.mkdir()
        shutil.move(base, moved)
        self.cli("info", child, status=3)
        self.vhd("reparent", child, moved)
        self.assertEqual(digest(self.content(child)), wanted)
        said = run("vhdiinfo", child).stdout if shutil.which("vhdiinfo") else "renamed.vhd"
        self.assertIn("renamed.vhd", said)
        other = self.temp / "other.vhd"
        self.vhd("create", other, "--size", "40M")
        self.assertIn("UUID", self.vhd("reparent", child, other, status=1).stderr)
        self.assertEqual(digest(self.content(child)), wanted)

    def test_refusals_name_the_file(self):
        text = self.temp / "letter.txt"
        text.write_text("Dear reader,\n" * 100)
        for verb in (["info"], ["check"], ["chain"], ["repair"], ["repair", "--apply"], ["compact"],
                     ["merge"]):
            with self.subTest(verb=verb):
                said = self.vhd(verb[0], text, *verb[1:], status=3).stderr
                self.assertIn("letter.txt: this is not a VHD", said)
        self.assertIn("letter.txt: this is not a VHD",
                      self.vhd("resize", text, "1G", status=3).stderr)

    def test_refuses_what_makes_no_sense(self):
        fixed = self.temp / "fixed.vhd"
        self.vhd("create", fixed, "--size", "4M", "--type", "fixed")
        for verb in (["compact", fixed], ["merge", fixed], ["reparent", fixed, fixed]):
            self.vhd(*verb, status=1)
        self.vhd("resize", fixed, "3T", status=1)


class Damaged(Vhd):
    def make(self):
        raw = disk_of(self.temp / "disk.raw", 24 * MIB)
        vhd = self.temp / "disk.vhd"
        self.vhd("create", vhd, "--from", raw, "--type", "dynamic")
        return raw, vhd

    def damage(self, vhd, at, new):
        with open(vhd, "r+b") as file:
            file.seek(at, os.SEEK_END if at < 0 else os.SEEK_SET)
            file.write(new)

    def assert_repairable(self, vhd, raw, rule):
        self.assertIn(f"[{rule}]", self.vhd("check", vhd, status=1).stderr)
        self.assertEqual(digest(self.content(vhd)), digest(raw))
        self.vhd("repair", vhd, "--apply")
        self.assert_sound(vhd)
        self.assert_same_disk(vhd, raw)

    def test_a_flipped_bit_in_either_footer(self):
        for at in (60, -512 + 60):
            raw, vhd = self.make()
            self.damage(vhd, at, b"\x7f")
            self.assert_repairable(vhd, raw, "V2")
            vhd.unlink()

    def test_a_lost_footer_at_the_end(self):
        raw, vhd = self.make()
        os.truncate(vhd, os.path.getsize(vhd) - 512)
        self.assert_repairable(vhd, raw, "V7")

    def test_entries_that_point_outside(self):
        _, vhd = self.make()
        table = struct.unpack(">Q", vhd.read_bytes()[512 + 16:512 + 24])[0]
        self.damage(vhd, table, struct.pack(">I", 0x7FFFFFF0))
        said = self.vhd("check", vhd, status=1).stderr
        self.assertIn("reaches past the end of the file", said)
        # Never zeros in its place.
        out = self.temp / "out.vhd"
        self.assertIn("block 0", self.vhd("create", out, "--from", vhd, status=3).stderr)
        self.assertFalse(out.exists())

    def test_no_byte_can_crash_it(self):
        _, vhd = self.make()
        whole = vhd.read_bytes()
        for number in range(150):
            at = int.from_bytes(pattern(3, number), "little") % 4096
            bad = bytearray(whole)
            bad[at:at + 4] = pattern(4, number + 1000)
            vhd.write_bytes(bad)
            said = self.vhd("check", vhd, status=None)
            self.assertIn(said.returncode, (0, 1, 3), said.stderr)
        for length in (0, 1, 511, 512, 513, 1535, 1536, 2047, 70_000):
            vhd.write_bytes(whole[:length])
            self.assertIn(self.vhd("check", vhd, status=None).returncode, (0, 1, 3))


if __name__ == "__main__":
    unittest.main()

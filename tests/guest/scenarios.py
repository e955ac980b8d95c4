"""What a real guest does with a disk, and what must come of it.

A scenario has a source, options of `serve`, a script for the guest (sh; `device NAME` and
`partition NAME` find its disk), and a check of what the script printed.
"""

import hashlib
import os
import re
from pathlib import Path

from support import FLOPPIES, FULL_MATRIX, hole, pattern, write

CHECKSUMS = """
cd /mnt && find . -type f -exec md5sum {} + | sort -k2 && cd / && umount /mnt
"""
MOUNT_READ_ONLY = "mount -t vfat -o ro,$utf8 {device} /mnt || exit 10\n"


def checksums(folder):
    """What CHECKSUMS prints for a folder of the host."""
    lines = []
    for parent, _, files in os.walk(folder):
        for name in files:
            path = Path(parent) / name
            digest = hashlib.md5(path.read_bytes()).hexdigest()
            lines.append((f"./{path.relative_to(folder)}", digest))
    return sorted(f"{digest}  {name}" for name, digest in lines)


class Scenario:
    """By default: the guest sees every file of the folder, with its bytes."""

    options = ()
    device = "$(device {name})"
    read_only = True
    mode = "--read-only"
    full_only = False

    def __init__(self, temp):
        self.temp = Path(temp) / self.name
        self.folder = self.temp / "folder"
        self.folder.mkdir(parents=True)
        self.fill()

    @property
    def name(self):
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()[:20]

    def fill(self):
        fill_small(self.folder)

    def serve_options(self):
        return [*self.options, self.mode]

    @property
    def device_text(self):
        return self.device.format(name=self.name)

    def script(self):
        return MOUNT_READ_ONLY.format(device=self.device_text) + CHECKSUMS

    def check(self, test, lines, served):
        del served
        test.assertEqual(sorted(lines), checksums(self.folder))


def fill_small(folder):
    """Files around the borders of clusters, in folders, with long and short names."""
    write(folder / "EMPTY.TXT")
    write(folder / "README.TXT", "hello\r\n")
    write(folder / "a rather long name with spaces.txt", pattern(700))
    for size in (511, 512, 513, 4095, 4096, 4097, 20_000):
        write(folder / "sub" / "deeper" / f"file of {size} bytes.bin", pattern(size, size))


class Floppy144(Scenario):
    options = ("--floppy", "1.44M")


class Floppy288(Scenario):
    options = ("--floppy", "2.88M")


class Floppy360(Scenario):
    options = ("--floppy", "360K")


class Fat12Disk(Scenario):
    options = ("--fat", "12", "--size", "12M")


class Fat16Mbr(Scenario):
    options = ("--fat", "16", "--partition", "mbr")
    device = "$(partition {name})"


class Fat32Gpt(Scenario):
    options = ("--fat", "32", "--partition", "gpt")
    device = "$(partition {name})"


class Fat32Disk(Scenario):
    options = ("--fat", "32",)


class ClassicAddress(Scenario):
    """As QEMU's own address: FAT16 behind an MBR."""

    device = "$(partition {name})"

    @property
    def source(self):
        return f"fat:{self.folder}"


class UnicodeNames(Scenario):
    options = ("--fat", "32")
    names = ("ÄÖÜ äöü ß.txt", "Ελληνικά.txt", "Русский файл.txt", "日本語のファイル.txt",
             "عربى.txt", "emoji 🎉 name.txt", "e\u0301 combined.txt", "ﬁ ligature.txt",
             "MiXeD CaSe.TxT", "lower.txt", "UPPER.TXT", "many.dots.in.it", "x" * 200 + ".txt",
             "folder ü/inner ñ.txt")

    def fill(self):
        for index, name in enumerate(self.names):
            write(self.folder / name, pattern(100 + index, index))


class Times(Scenario):
    """Modification times, in steps of two seconds."""

    options = ("--fat", "16", "--timezone", "utc")
    moments = {"epoch.txt": 315_532_800, "y2k.txt": 946_684_798, "odd second.txt": 1_700_000_001,
               "leap day.txt": 1_709_210_096, "after 2038.txt": 2_200_000_000}

    def fill(self):
        for name, moment in self.moments.items():
            os.utime(write(self.folder / name, name), (moment, moment))

    def script(self):
        return (MOUNT_READ_ONLY.format(device=self.device_text) +
                "cd /mnt && stat -c '%Y %n' *; cd /; umount /mnt\n")

    def check(self, test, lines, served):
        test.assertEqual(sorted(lines), sorted(f"{moment // 2 * 2} {name}"
                                               for name, moment in self.moments.items()))


class EightThousand(Scenario):
    """All in one folder. Linux searches it from its start for every file that is looked at, so the
    list is made without looking at any, and only some are read."""

    options = ("--fat", "32")
    step = 1 if FULL_MATRIX else 80

    def fill(self):
        for index in range(8000):
            write(self.folder / "many" / f"file number {index:04}.txt", f"{index}\n")

    def script(self):
        return (MOUNT_READ_ONLY.format(device=self.device_text) + f"""
cd /mnt/many && printf '%s\\n' * | sort >/tmp/names && wc -l </tmp/names && md5sum </tmp/names
awk 'NR % {self.step} == 0' /tmp/names | tr '\\n' '\\0' | xargs -0 cat | md5sum
cd /; umount /mnt
""")

    def check(self, test, lines, served):
        names = sorted(os.listdir(self.folder / "many"))
        listing = "".join(name + "\n" for name in names).encode()
        content = b"".join((self.folder / "many" / name).read_bytes()
                           for name in names[self.step - 1::self.step])
        test.assertEqual(lines[0], "8000")
        test.assertEqual(lines[1].split()[0], hashlib.md5(listing).hexdigest())
        test.assertEqual(lines[2].split()[0], hashlib.md5(content).hexdigest())


class ThreeGigabytes(Scenario):
    """A file of 3 GB, mostly hole; the guest reads pieces of it (all of it in the full matrix)."""

    options = ("--fat", "32")
    size = 3_000_000_123
    places = (0, 1_000_000_000, 2_147_483_000, 2_999_998_000)

    def fill(self):
        with open(hole(self.folder / "large.bin", self.size), "r+b") as file:
            for place in self.places:
                file.seek(place)
                file.write(pattern(2000, place))

    def script(self):
        script = MOUNT_READ_ONLY.format(device=self.device_text) + "stat -c %s /mnt/large.bin\n"
        for place in self.places:
            script += (f"tail -c +{place + 1} /mnt/large.bin | head -c 2000 | md5sum\n"
                       if FULL_MATRIX else
                       f"dd if=/mnt/large.bin bs=1000 skip={place // 1000} count=2 2>/dev/null"
                       " | md5sum\n")
        if FULL_MATRIX:
            script += "md5sum /mnt/large.bin\n"
        return script + "umount /mnt\n"

    def check(self, test, lines, served):
        expected = [str(self.size)]
        expected += [hashlib.md5(pattern(2000, place)).hexdigest() for place in self.places]
        if FULL_MATRIX:
            whole = hashlib.md5()
            with open(self.folder / "large.bin", "rb") as file:
                while block := file.read(1 << 24):
                    whole.update(block)
            expected.append(whole.hexdigest())
        test.assertEqual([line.split()[0] for line in lines], expected)


class ReadOnlyRefusesWrites(Scenario):
    """A guest that tries to mount a read-only export for writing changes nothing."""

    options = ("--fat", "16")

    def script(self):
        return f"""
disk={self.device_text}
mount -t vfat -o rw $disk /mnt 2>/dev/null && touch /mnt/new 2>/dev/null && echo written
umount /mnt 2>/dev/null
dd if=/dev/zero of=$disk bs=512 count=1 2>/dev/null && echo written
cat /sys/block/${{disk##*/}}/ro
"""

    def check(self, test, lines, served):
        test.assertEqual(lines, ["1"])


class ScratchFormat(Scenario):
    """The guest makes a file system of its own on the disk, and uses it."""

    options = ("--fat", "32", "--size", "300M")
    read_only = False
    mode = "--scratch"

    def script(self):
        return f"""
disk={self.device_text}
mkfs.fat -F 32 -n GUEST $disk >/dev/null 2>&1 || exit 11
mount -t vfat -o $utf8 $disk /mnt || exit 12
mkdir -p /mnt/one/two
i=0; while [ $i -lt 300 ]; do echo "number $i" > "/mnt/one/two/file number $i.txt"; i=$((i+1)); done
dd if=/dev/urandom of=/mnt/random.bin bs=4096 count=500 2>/dev/null
cp /mnt/random.bin /mnt/one/copy.bin
rm "/mnt/one/two/file number 7.txt"
mv /mnt/one/copy.bin /mnt/one/two/moved.bin
sync
umount /mnt
fsck.fat -n $disk >/tmp/fsck 2>&1 || {{ cat /tmp/fsck; exit 13; }}
mount -t vfat -o ro,$utf8 $disk /mnt || exit 14
""" + CHECKSUMS

    def check(self, test, lines, served):
        image = served.image(self.temp / "after.img")
        out = self.temp / "out"
        test.cli("extract", image, "--directory", out)
        test.assertEqual(sorted(lines), checksums(out))
        test.assertEqual(len(lines), 301)
        test.assertEqual((out / "one/two/moved.bin").read_bytes(), (out / "random.bin").read_bytes())


class ScratchEdit(Scenario):
    """The guest changes what is on our disk; the folder of the host stays as it is."""

    options = ("--fat", "16", "--partition", "mbr", "--size", "64M")
    device = "$(partition {name})"
    read_only = False
    mode = "--scratch"

    def fill(self):
        fill_small(self.folder)
        for index in range(50):
            write(self.folder / "old" / f"{index}.bin", pattern(5000 + index, index))

    def script(self):
        return f"""
disk={self.device_text}
fsck.fat -n $disk >/tmp/fsck 2>&1 || {{ cat /tmp/fsck; exit 11; }}
mount -t vfat -o $utf8 $disk /mnt || exit 12
rm /mnt/old/1?.bin
echo changed >> /mnt/README.TXT
mv /mnt/sub/deeper /mnt/moved
mkdir "/mnt/new folder"
cp /mnt/old/2?.bin "/mnt/new folder"
truncate -s 100000 /mnt/EMPTY.TXT
rm -r /mnt/sub
umount /mnt
fsck.fat -n $disk >/tmp/fsck 2>&1 || {{ cat /tmp/fsck; exit 13; }}
mount -t vfat -o ro,$utf8 $disk /mnt || exit 14
""" + CHECKSUMS

    def check(self, test, lines, served):
        image = served.image(self.temp / "after.img")
        out = self.temp / "out"
        test.cli("extract", image, "--directory", out)
        test.assertEqual(sorted(lines), checksums(out))
        test.assertIn(f"{hashlib.md5(bytes(100000)).hexdigest()}  ./EMPTY.TXT", lines)
        test.assertEqual((self.folder / "README.TXT").read_bytes(), b"hello\r\n")
        test.assertEqual(len(list((self.folder / "old").iterdir())), 50)
        for index in (20, 29):
            test.assertEqual((out / "new folder" / f"{index}.bin").read_bytes(),
                             pattern(5000 + index, index))


class ScratchDiscard(Scenario):
    """What the guest discards reads as zeros, never as what lies below."""

    options = ("--fat", "32", "--size", "300M")
    read_only = False
    mode = "--scratch"

    def script(self):
        return f"""
disk={self.device_text}
blkdiscard $disk || exit 11
dd if=$disk bs=1M count=64 2>/dev/null | tr -d '\\0' | wc -c
"""

    def check(self, test, lines, served):
        test.assertEqual(lines, ["0"])
        image = served.image(self.temp / "after.img")
        with open(image, "rb") as file:
            while block := file.read(1 << 20):
                test.assertEqual(block.strip(b"\0"), b"")


class KeepAfterKill(Scenario):
    """What the guest synced is there after the server was killed and started again."""

    options = ("--fat", "16", "--size", "64M")
    read_only = False

    @property
    def mode(self):
        return f"--keep={self.temp / 'kept'}"

    def script(self):
        return f"""
disk={self.device_text}
mount -t vfat -o $utf8 $disk /mnt || exit 11
i=0; while [ $i -lt 100 ]; do echo "kept $i" > /mnt/kept$i.txt; i=$((i+1)); done
rm -r /mnt/sub
umount /mnt
mount -t vfat -o ro,$utf8 $disk /mnt || exit 12
""" + CHECKSUMS

    def check(self, test, lines, served):
        served.kill()
        again = test.serve(self.name, self.folder, self.mode)
        image = again.image(self.temp / "after.img")
        out = self.temp / "out"
        test.cli("extract", image, "--directory", out)
        test.assertEqual(sorted(lines), checksums(out))
        test.assertEqual((out / "kept99.txt").read_text(), "kept 99\n")
        test.assertEqual((self.folder / "README.TXT").read_bytes(), b"hello\r\n")


def floppy_scenario(name):
    """A class for one more format of floppies, in the full matrix."""
    return type(f"Every{re.sub(r'[^0-9]', '', name)}", (Scenario,),
                {"options": ("--floppy", name), "full_only": True, "fill": fill_tiny})


def fill_tiny(scenario):
    write(scenario.folder / "README.TXT", "hello\r\n")
    write(scenario.folder / "sub" / "a long name.bin", pattern(3000))


QUICK = (Floppy144, Floppy288, Floppy360, Fat12Disk, Fat16Mbr, Fat32Gpt, Fat32Disk, ClassicAddress,
         UnicodeNames, Times, EightThousand, ThreeGigabytes, ReadOnlyRefusesWrites, ScratchFormat,
         ScratchEdit, ScratchDiscard, KeepAfterKill)
FULL = tuple(floppy_scenario(name) for name in FLOPPIES if name not in ("1.44M", "2.88M", "360K"))


def chosen():
    return QUICK + (FULL if FULL_MATRIX else ())

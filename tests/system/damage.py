"""Sound FAT images, and damages of named kinds to them, each reproducible from (kind, seed).

    image = SoundImage("fat16", folder)          made by mkfs.fat and mtools
    with image.damaged(seed) as damage:          image.path is damaged now, in one structure
        ...                                      damage.name, damage.what, damage.patches
    image.path is sound again

A seed is all there is to a damage: damage_of(image, seed) gives the same one on every machine.
"""

import contextlib
import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("fat12-floppy", "fat12-small", "fat16", "fat32")

# mkfs.fat's options and the size in KiB.
_FORMATS = {
    "fat12-floppy": (["-F", "12"], 1440),
    "fat12-small": (["-F", "12", "-s", "2", "-r", "64", "-f", "1"], 600),
    "fat16": (["-F", "16", "-s", "1", "-r", "512"], 5000),
    "fat32": (["-F", "32", "-s", "1"], 34000),
}

ATTR_LABEL, ATTR_FOLDER, ATTR_LONG = 0x08, 0x10, 0x0F


@dataclass
class Slot:
    """One slot of a directory that is in use, and where it lies in the image."""
    offset: int
    kind: str  # file, folder, dot, dotdot, label, long
    folder: str
    name: bytes
    cluster: int = 0
    size: int = 0


@dataclass
class Damage:
    name: str
    what: str
    patches: list = field(default_factory=list)  # (offset, bytes)
    cut_at: int | None = None

    def __str__(self):
        return f"{self.name}: {self.what}"


class SoundImage:
    """A sound image with files, folders, long names and fragments, and what lies where in it."""

    def __init__(self, kind, folder):
        self.kind = kind
        self.path = Path(folder) / f"{kind}.img"
        _make(kind, self.path, Path(folder))
        self.data = self.path.read_bytes()
        self._read_boot_sector()
        self.chains = {}
        self.slots = []
        self.free_slots = []  # offsets of the end mark and what follows it, for each directory
        self._walk("/", self.root_cluster if self.bits == 32 else 0)

    @contextlib.contextmanager
    def damaged(self, seed):
        damage = damage_of(self, seed)
        with open(self.path, "r+b") as file:
            for offset, new in damage.patches:
                file.seek(offset)
                file.write(new)
        if damage.cut_at is not None:
            os.truncate(self.path, damage.cut_at)
        try:
            yield damage
        finally:
            with open(self.path, "r+b") as file:
                if damage.cut_at is not None:
                    file.seek(damage.cut_at)
                    file.write(self.data[damage.cut_at:])
                for offset, new in damage.patches:
                    file.seek(offset)
                    file.write(self.data[offset:offset + len(new)])

    def damaged_bytes(self, seed):
        damage = damage_of(self, seed)
        data = bytearray(self.data)
        for offset, new in damage.patches:
            data[offset:offset + len(new)] = new
        return damage, bytes(data[:damage.cut_at])

    # What lies where

    def number(self, offset, size):
        return int.from_bytes(self.data[offset:offset + size], "little")

    def _read_boot_sector(self):
        self.sector = self.number(0x0B, 2)
        self.cluster_size = self.data[0x0D] * self.sector
        self.fat_start = self.number(0x0E, 2) * self.sector
        self.fat_count = self.data[0x10]
        self.root_entries = self.number(0x11, 2)
        total = self.number(0x13, 2) or self.number(0x20, 4)
        fat_sectors = self.number(0x16, 2)
        self.bits = 32 if fat_sectors == 0 else 0
        self.fat_size = (fat_sectors or self.number(0x24, 4)) * self.sector
        self.root_start = self.fat_start + self.fat_count * self.fat_size
        self.data_start = self.root_start + self.root_entries * 32
        self.clusters = (total * self.sector - self.data_start) // self.cluster_size
        if self.bits == 0:
            self.bits = 12 if self.clusters < 4085 else 16
        self.root_cluster = self.number(0x2C, 4) if self.bits == 32 else 0
        self.extended = 0x40 if self.bits == 32 else 0x24
        self.end_mark = {12: 0xFFF, 16: 0xFFFF, 32: 0x0FFFFFFF}[self.bits]

    def cluster_offset(self, cluster):
        return self.data_start + (cluster - 2) * self.cluster_size

    def entry_offset(self, cluster, copy=0):
        return self.fat_start + copy * self.fat_size + cluster * self.bits // 8

    def entry(self, cluster):
        at = self.entry_offset(cluster)
        if self.bits == 32:
            return self.number(at, 4) & 0x0FFFFFFF
        value = self.number(at, 2)
        if self.bits == 16:
            return value
        return value >> 4 if cluster % 2 else value & 0xFFF

    def entry_patches(self, cluster, value, copies):
        """What sets a FAT entry in some of the copies."""
        patches = []
        for copy in copies:
            at = self.entry_offset(cluster, copy)
            if self.bits == 12:
                old = self.number(at, 2)
                value &= 0xFFF
                new = (old & 0x000F | value << 4) if cluster % 2 else (old & 0xF000 | value)
                patches.append((at, new.to_bytes(2, "little")))
            else:
                patches.append((at, value.to_bytes(self.bits // 8, "little")))
        return patches

    def chain(self, first):
        clusters = []
        while 2 <= first < self.clusters + 2 and len(clusters) <= self.clusters:
            clusters.append(first)
            first = self.entry(first)
        return clusters

    @property
    def copies(self):
        return list(range(self.fat_count))

    @property
    def owned(self):
        return [cluster for chain in self.chains.values() for cluster in chain]

    def of_kind(self, *kinds):
        return [slot for slot in self.slots if slot.kind in kinds]

    def _slot_offsets(self, first):
        if first == 0:
            return [self.root_start + index * 32 for index in range(self.root_entries)]
        return [self.cluster_offset(cluster) + at for cluster in self.chain(first)
                for at in range(0, self.cluster_size, 32)]

    def _walk(self, folder, first):
        if first:
            self.chains[folder] = self.chain(first)
        below = []
        offsets = self._slot_offsets(first)
        for index, at in enumerate(offsets):
            raw = self.data[at:at + 32]
            if raw[0] == 0:
                self.free_slots.append(offsets[index:])
                break
            if raw[0] == 0xE5:
                continue
            slot = self._slot(at, raw, folder)
            self.slots.append(slot)
            if slot.kind == "file" and slot.cluster:
                self.chains[folder + str(at)] = self.chain(slot.cluster)
            if slot.kind == "folder":
                below.append((f"{folder}{at}/", slot.cluster))
        for name, cluster in below:
            self._walk(name, cluster)

    def _slot(self, at, raw, folder):
        attributes = raw[11]
        cluster = self.number(at + 26, 2)
        if self.bits == 32:
            cluster |= self.number(at + 20, 2) << 16
        kind = ("long" if attributes == ATTR_LONG else
                "label" if attributes & ATTR_LABEL else
                "dot" if raw[:11] == b".          " else
                "dotdot" if raw[:11] == b"..         " else
                "folder" if attributes & ATTR_FOLDER else "file")
        return Slot(at, kind, folder, bytes(raw[:11]), cluster, self.number(at + 28, 4))


# Making sound images ------------------------------------------------------------------------------

def _tool(*command):
    env = dict(os.environ, MTOOLSRC="/dev/null", LC_ALL="C.UTF-8", TZ="UTC",
               SOURCE_DATE_EPOCH="1000000000")
    env["PATH"] = env.get("PATH", "") + ":/usr/sbin:/sbin"
    env.pop("MTOOLS_SKIP_CHECK", None)
    subprocess.run([str(part) for part in command], env=env, check=True, capture_output=True,
                   stdin=subprocess.DEVNULL)


def _content(name, size):
    """Half of the files begin like files of a known kind."""
    magic = {"zip": b"PK\x03\x04", "png": b"\x89PNG\r\n\x1a\n", "txt": b"Once upon a time\n"}
    body = random.Random(f"{name}{size}").randbytes(size)
    return (magic.get(name[-3:].lower(), b"") + body)[:size]


def _make(kind, path, folder):
    options, kilobytes = _FORMATS[kind]
    _tool("mkfs.fat", *options, "-n", "SOUND DISK", "-i", "5eed5eed", "-C", path, kilobytes)
    cluster = 512 * path.read_bytes()[0x0D]
    source = folder / f"{kind}-source"
    source.mkdir()

    def put(target, name, size):
        file = source / name
        file.write_bytes(_content(name, size))
        os.utime(file, (1_000_000_000, 1_000_000_000))
        _tool("mcopy", "-i", path, "-m", file, f"::{target}")

    for name in ("DOCS", "DOCS/Inside a long folder name", "GAMES", "GAMES/SAVE", "EMPTY.DIR"):
        _tool("mmd", "-i", path, f"::{name}")
    put("", "README.TXT", 5 * cluster + 17)
    put("", "lower.txt", 3)
    put("", "NOTHING", 0)
    put("", "A long file name.txt", 2 * cluster)
    for number in range(6):
        put("GAMES", f"LEVEL{number}.DAT", cluster * (number % 3 + 1))
    _tool("mdel", "-i", path, "::GAMES/LEVEL1.DAT", "::GAMES/LEVEL3.DAT", "::README.TXT")
    put("", "FRAGMENT.ZIP", 14 * cluster - 1)
    for number in range(14):
        put("DOCS", f"note number {number} in this folder.txt", cluster // 2 + number * 100)
    put("DOCS/Inside a long folder name", "Deep down here is one picture.png", 3 * cluster + 1)
    put("GAMES/SAVE", "ONE.SAV", 1)
    put("GAMES/SAVE", "Ünïcödé näme.txt", 900)
    put("", "README.TXT", 9 * cluster)
    _tool("mattrib", "-i", path, "+r", "+h", "+s", "::A long file name.txt")


# Damages ------------------------------------------------------------------------------------------

def _bytes(value, size):
    return (value & (1 << 8 * size) - 1).to_bytes(size, "little")


def _some_copies(image, rng):
    """Mostly all copies of the FAT, sometimes one."""
    if image.fat_count == 1 or rng.random() < 0.6:
        return image.copies
    return [rng.choice(image.copies)]


def _odd_entry(image, rng, cluster):
    """(name, value) of what a FAT entry should not be."""
    end = image.end_mark
    top = image.clusters + 2
    owned = image.owned
    free = [c for c in range(2, min(top, 600)) if image.entry(c) == 0]
    choices = {
        "free": 0, "one": 1, "end": end, "low end": end & ~7, "bad": end & ~8,
        "reserved": end & ~rng.choice((9, 10, 11, 12, 15)), "itself": cluster,
        "other chain": rng.choice(owned), "free cluster": rng.choice(free),
        "next": cluster + 1, "just outside": top, "last": top - 1,
        "outside": rng.randrange(top, end & ~15), "anything": rng.randrange(end + 1),
    }
    return rng.choice(sorted(choices.items()))


def fat_entry(image, rng):
    cluster = rng.choice(image.owned)
    name, value = _odd_entry(image, rng, cluster)
    copies = _some_copies(image, rng)
    return (f"cluster {cluster} becomes {name} ({value:#x}) in copies {copies}",
            image.entry_patches(cluster, value, copies))


def fat_free_entry(image, rng):
    """A cluster that nobody owns is allocated."""
    used = set(image.owned)
    cluster = rng.choice([c for c in range(2, image.clusters + 2) if c not in used])
    name, value = _odd_entry(image, rng, cluster)
    copies = _some_copies(image, rng)
    return (f"free cluster {cluster} becomes {name} ({value:#x}) in copies {copies}",
            image.entry_patches(cluster, value, copies))


def fat_lost_chain(image, rng):
    used = set(image.owned)
    free = [c for c in range(2, image.clusters + 2) if c not in used]
    chain = rng.sample(free, min(len(free), rng.randrange(1, 6)))
    patches = []
    for here, after in zip(chain, chain[1:] + [image.end_mark]):
        if image.bits != 12 or all(abs(here - c) > 1 for c in chain if c != here):
            patches += image.entry_patches(here, after, image.copies)
    if rng.random() < 0.5 and chain:
        magic = rng.choice((b"PK\x03\x04", b"\xFF\xD8\xFF\xE0", b"%PDF-1.4", b"hello there, text"))
        patches.append((image.cluster_offset(chain[0]), magic))
    return f"lost chain {chain}", patches


def fat_first_entries(image, rng):
    cluster = rng.randrange(2)
    end = image.end_mark
    values = [0, 1, end, end & ~0xFF, end ^ 0x08, end ^ 0x01, end ^ 0xF0, rng.randrange(end + 1)]
    if image.bits != 12:
        top = end.bit_length()
        values += [end ^ 1 << top - 1, end ^ 1 << top - 2, end ^ 3 << top - 2]
    value = rng.choice(values)
    copies = _some_copies(image, rng)
    return (f"FAT entry {cluster} becomes {value:#x} in copies {copies}",
            image.entry_patches(cluster, value, copies))


def fat_high_bits(image, rng):
    if image.bits != 32:
        return fat_entry(image, rng)
    cluster = rng.choice(image.owned + [rng.randrange(2, image.clusters + 2)])
    value = image.entry(cluster) | rng.randrange(1, 16) << 28
    copies = _some_copies(image, rng)
    return f"entry {cluster} becomes {value:#x}", image.entry_patches(cluster, value, copies)


def _field(image, rng, offset, size):
    """Another value for a number: a border, a neighbour, one bit, anything."""
    old = image.number(offset, size)
    top = 1 << 8 * size
    values = [0, 1, top - 1, old + 1, old - 1, old * 2, old // 2, old ^ 1 << rng.randrange(8 * size),
              rng.randrange(top)]
    new = rng.choice([value % top for value in values if value % top != old] or [old ^ 1])
    return new, (offset, _bytes(new, size))


def boot_field(image, rng):
    fields = [(0x00, 1), (0x01, 1), (0x02, 1), (0x03, 8), (0x0B, 2), (0x0D, 1), (0x0E, 2), (0x10, 1),
              (0x11, 2), (0x13, 2), (0x15, 1), (0x16, 2), (0x18, 2), (0x1A, 2), (0x1C, 4), (0x20, 4),
              (0x1FE, 1), (0x1FF, 1)]
    if image.bits == 32:
        fields += [(0x24, 4), (0x28, 2), (0x2A, 2), (0x2C, 4), (0x30, 2), (0x32, 2), (0x34, 4)]
    at = image.extended
    fields += [(at, 1), (at + 1, 1), (at + 2, 1), (at + 3, 4), (at + 7 + rng.randrange(11), 1),
               (at + 18 + rng.randrange(8), 1), (at + 26 + rng.randrange(300), 1)]
    offset, size = rng.choice(fields)
    value, patch = _field(image, rng, offset, size)
    return f"boot sector field at {offset:#x} becomes {value:#x}", [patch]


def backup_boot(image, rng):
    if image.bits != 32:
        return boot_field(image, rng)
    start = image.number(0x32, 2) * image.sector
    if rng.random() < 0.2:
        return "backup boot sector is empty", [(start, bytes(512))]
    offset = start + rng.choice((rng.randrange(0x5A), rng.randrange(512)))
    value, patch = _field(image, rng, offset, 1)
    return f"byte {offset - start:#x} of the backup boot sector becomes {value:#x}", [patch]


def fsinfo(image, rng):
    if image.bits != 32:
        return boot_field(image, rng)
    start = image.number(0x30, 2) * image.sector
    offset, size = rng.choice(((0, 4), (0x1E4, 4), (0x1E8, 4), (0x1E8, 4), (0x1EC, 4), (0x1FC, 4),
                               (4 + rng.randrange(480), 1)))
    value, patch = _field(image, rng, start + offset, size)
    if offset >= 0x1E8 and rng.random() < 0.3:
        value = rng.choice((image.clusters + 1, image.clusters + 2, image.clusters, 2, 0xFFFFFFFF))
        patch = (start + offset, _bytes(value, 4))
    return f"FSInfo field at {offset:#x} becomes {value:#x}", [patch]


def entry_name(image, rng):
    slot = rng.choice(image.of_kind("file", "folder"))
    other = rng.choice(image.of_kind("file", "folder"))
    at = rng.randrange(11)
    choices = [
        ("a bad character", slot.offset + at, bytes([rng.choice(b'*?<>|"\\/:.+,;=[]')])),
        ("a control character", slot.offset + at, bytes([rng.choice((1, 5, 0x1F, 0x7F))])),
        ("a space", slot.offset + at, b" "), ("a small letter", slot.offset + at, b"q"),
        ("the end mark", slot.offset, b"\0"), ("deleted", slot.offset, b"\xE5"),
        ("escaped E5", slot.offset, b"\x05"), ("another name", slot.offset, other.name),
        ("dot", slot.offset, b".          "), ("dotdot", slot.offset, b"..         "),
        ("empty", slot.offset, b"           "), ("anything", slot.offset + at, rng.randbytes(1)),
    ]
    what, offset, new = rng.choice(choices)
    return f"name of {slot.name} gets {what}", [(offset, new)]


def entry_duplicate(image, rng):
    slot = rng.choice(image.of_kind("file", "folder"))
    inside = [other for other in image.of_kind("file", "folder")
              if other.folder == slot.folder and other is not slot]
    if not inside:
        return entry_name(image, rng)
    other = rng.choice(inside)
    return f"{slot.name} is called like {other.name}", [(slot.offset, other.name)]


def entry_attributes(image, rng):
    slot = rng.choice(image.of_kind("file", "folder", "label", "dot", "dotdot"))
    old = image.data[slot.offset + 11]
    new = rng.choice((old ^ ATTR_FOLDER, old ^ ATTR_LABEL, ATTR_LONG, old | 0xC0, 0,
                      old ^ 1 << rng.randrange(8), rng.randrange(256)))
    return f"attributes of {slot.name} become {new:#x}", [(slot.offset + 11, bytes([new]))]


def entry_times(image, rng):
    slot = rng.choice(image.of_kind("file", "folder", "dot"))
    offset, size = rng.choice(((12, 1), (13, 1), (14, 2), (16, 2), (18, 2), (22, 2), (24, 2)))
    value, patch = _field(image, rng, slot.offset + offset, size)
    return f"time field {offset} of {slot.name} becomes {value:#x}", [patch]


def entry_cluster(image, rng):
    slot = rng.choice(image.of_kind("file", "folder"))
    top = image.clusters + 2
    value = rng.choice((0, 1, top, top - 1, rng.choice(image.owned), slot.cluster + 1,
                        rng.randrange(2, top), rng.randrange(1 << 16), image.root_cluster,
                        rng.choice(image.of_kind("folder")).cluster,
                        rng.choice(image.of_kind("file")).cluster))
    patches = [(slot.offset + 26, _bytes(value, 2))]
    if image.bits == 32 or rng.random() < 0.1:
        high = value >> 16 if rng.random() < 0.8 else rng.randrange(1 << 16)
        patches.append((slot.offset + 20, _bytes(high, 2)))
    return f"first cluster of {slot.name} becomes {value}", patches


def entry_size(image, rng):
    slot = rng.choice(image.of_kind("file", "folder", "dot", "dotdot", "label"))
    step = image.cluster_size
    value = rng.choice((0, 1, slot.size + 1, slot.size + step, max(0, slot.size - step),
                        step * (slot.size // step), step, 0xFFFFFFFF, rng.randrange(1 << 32)))
    return f"size of {slot.name} becomes {value}", [(slot.offset + 28, _bytes(value, 4))]


def long_slot(image, rng):
    slot = rng.choice(image.of_kind("long"))
    choices = [
        ("another number", 0, _bytes(rng.randrange(256), 1)), ("deleted", 0, b"\xE5"),
        ("the end mark", 0, b"\0"),
        ("the last flag", 0, bytes([image.data[slot.offset] ^ 0x40])),
        ("another type", 12, _bytes(rng.randrange(256), 1)),
        ("another checksum", 13, _bytes(rng.randrange(256), 1)),
        ("a cluster", 26, _bytes(rng.randrange(1 << 16), 2)),
        ("other attributes", 11, _bytes(rng.randrange(256), 1)),
        ("another character", rng.choice((1, 3, 14, 28)), _bytes(rng.randrange(1 << 16), 2)),
        ("a bad character", rng.choice((1, 3, 14)), b"*\0"), ("an early end", 3, b"\0\0"),
        ("no text", 1, b"\0\0"),
    ]
    what, offset, new = rng.choice(choices)
    return f"long name slot at {slot.offset:#x} gets {what} {new.hex()}", [(slot.offset + offset, new)]


def long_slots_swapped(image, rng):
    longs = image.of_kind("long")
    pairs = [(a, b) for a, b in zip(longs, longs[1:]) if b.offset == a.offset + 32]
    if not pairs:
        return long_slot(image, rng)
    first, second = rng.choice(pairs)
    a = image.data[first.offset:first.offset + 32]
    b = image.data[second.offset:second.offset + 32]
    if rng.random() < 0.3:
        return f"slot at {second.offset:#x} is the one before it", [(second.offset, a)]
    return f"slots at {first.offset:#x} and behind change places", [(first.offset, b + a)]


def dot_entry(image, rng):
    slot = rng.choice(image.of_kind("dot", "dotdot"))
    top = image.clusters + 2
    cluster = rng.choice((0, 1, slot.cluster + 1, rng.randrange(2, top), rng.choice(image.owned)))
    choices = [
        ("another cluster", 26, _bytes(cluster, 2)), ("a size", 28, _bytes(rng.randrange(9999), 4)),
        ("a name", 0, b"NAMED      "), ("no attributes", 11, b"\0"), ("deleted", 0, b"\xE5"),
        ("the end mark", 0, b"\0"), ("the other's name", 0, b"..  " if slot.kind == "dot" else b".   "),
        ("a longer name", 1, b"x"), ("archive", 11, b"\x30"), ("a label", 11, b"\x08"),
        ("high cluster", 20, _bytes(rng.randrange(1 << 16), 2)),
    ]
    what, offset, new = rng.choice(choices)
    return f"{slot.name} of {slot.folder} gets {what}", [(slot.offset + offset, new)]


def label(image, rng):
    slot = image.of_kind("label")[0]
    new_label = rng.choice((b"OTHER LABEL", b"lower label", b"NO NAME    ", b"           ",
                            b"BAD*LABEL  ", b"DOT.LABEL  ", b"\x05XX        ", b" SPACE     ",
                            b"M\x9ALLER     "))
    free = rng.choice(image.free_slots)
    boot = image.extended + 7
    choices = [
        ("deleted", [(slot.offset, b"\xE5")]),
        ("changed in the root", [(slot.offset, new_label)]),
        ("changed in the boot sector", [(boot, new_label)]),
        ("changed in both", [(slot.offset, new_label), (boot, new_label)]),
        ("twice", [(free[0], image.data[slot.offset:slot.offset + 32])]),
        ("a cluster", [(slot.offset + 26, b"\x05\0")]),
        ("a size", [(slot.offset + 28, b"\x05\0\0\0")]),
        ("also a folder", [(slot.offset + 11, b"\x18")]),
    ]
    what, patches = rng.choice(choices)
    return f"label {what} {new_label}", patches


def behind_end_mark(image, rng):
    free = [slots for slots in image.free_slots if len(slots) > 1]
    slots = rng.choice(free)
    victim = rng.choice(image.slots)
    raw = bytearray(image.data[victim.offset:victim.offset + 32])
    if rng.random() < 0.5:
        raw[:11] = b"GHOST   TXT"
        raw[20:22] = raw[26:28] = b"\0\0"
        raw[28:32] = bytes(4)
    at = rng.choice(slots)
    return f"an entry like {victim.name} at {at:#x}, at or behind an end mark", [(at, bytes(raw))]


def dot_in_root(image, rng):
    first = min((slot for slot in image.slots if slot.folder == "/"), key=lambda s: s.offset)
    name = rng.choice((b".          ", b"..         "))
    raw = bytearray(32)
    raw[:11], raw[11] = name, ATTR_FOLDER
    at = rng.choice((image.free_slots[0][0], first.offset))
    return f"{name} in the root", [(at, bytes(raw))]


def random_byte(image, rng):
    slot = rng.choice(image.slots).offset + rng.randrange(32)
    used = image.entry_offset(max(image.owned)) - image.fat_start + 8
    offset = rng.choice((rng.randrange(512), rng.randrange(image.fat_start),
                         image.fat_start + rng.randrange(used),
                         image.fat_start + (image.fat_count - 1) * image.fat_size +
                         rng.randrange(used), slot, slot, slot,
                         rng.choice(rng.choice(image.free_slots)) + rng.randrange(32)))
    new = rng.choice((rng.randrange(256), image.data[offset] ^ 1 << rng.randrange(8), 0, 0xFF))
    return f"byte {offset:#x} becomes {new:#x}", [(offset, bytes([new]))]


def truncated(image, rng):
    size = len(image.data)
    return rng.choice((size - 1, size - 512, size - 1024, size // 2, image.data_start + 512,
                       image.data_start, image.root_start, image.fat_start, 512, 511, 1,
                       rng.randrange(1, size)))


DAMAGES = (
    (fat_entry, 14), (fat_free_entry, 5), (fat_lost_chain, 4), (fat_first_entries, 5),
    (fat_high_bits, 1), (boot_field, 10), (backup_boot, 4), (fsinfo, 5), (entry_name, 8),
    (entry_duplicate, 3), (entry_attributes, 6), (entry_times, 5), (entry_cluster, 9),
    (entry_size, 7), (long_slot, 9), (long_slots_swapped, 3), (dot_entry, 8), (label, 6),
    (behind_end_mark, 4), (dot_in_root, 2), (random_byte, 10), (truncated, 2),
)


def damage_of(image, seed):
    """The damage that belongs to (image.kind, seed)."""
    rng = random.Random(f"{image.kind} {seed}")
    maker = rng.choices([maker for maker, _ in DAMAGES], [weight for _, weight in DAMAGES])[0]
    name = maker.__name__.replace("_", " ")
    if maker is truncated:
        cut_at = truncated(image, rng)
        return Damage(name, f"cut at byte {cut_at} of {len(image.data)}", [], cut_at)
    what, patches = maker(image, rng)
    return Damage(name, what, patches)

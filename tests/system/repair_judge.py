"""Which files of a damaged image the damage did not touch, and what a repair made of them.

    files_of(image, data)         {path: File} of the bytes of a (damaged) image, read by a reader
                                  of our own that knows where FATs and root of `image` lie
    intact(image, data)           paths whose name, chain and content are those of the sound image,
                                  and which share nothing with anybody
    copied_out(path, scratch)     {path: (digest, modification time)}, by mcopy where it can
"""

import hashlib
import os
import shutil
from collections import Counter
from dataclasses import dataclass

from support import CLI, run

LOWER_BASE, LOWER_EXTENSION = 0x08, 0x10
LONG, LABEL, FOLDER = 0x0F, 0x08, 0x10
LAYOUT_FIELDS = range(0x0B, 0x24)
LAYOUT_FIELDS_FAT32 = range(0x24, 0x30)


@dataclass
class File:
    """Everything that makes a file what it is: slots, chain, entries, content, its folders' same."""
    slots: bytes
    chain: tuple
    entries: tuple
    content: bytes
    above: tuple


def same_layout(image, data):
    """Whether the fields of the boot sector that decide places are those of the sound image."""
    fields = list(LAYOUT_FIELDS) + (list(LAYOUT_FIELDS_FAT32) if image.bits == 32 else [])
    return all(data[at:at + 1] == image.data[at:at + 1] for at in fields)


class _Reader:
    def __init__(self, image, data):
        self.image, self.data = image, data
        self.files = {}
        self.claims = Counter()  # of clusters, by chains
        self.short_names = Counter()
        self.entered = set()

    def entries(self, cluster):
        """The cluster's entry in every copy."""
        image, found = self.image, []
        for copy in image.copies:
            at = image.entry_offset(cluster, copy)
            value = int.from_bytes(self.data[at:at + (4 if image.bits == 32 else 2)], "little")
            if image.bits == 12:
                value = value >> 4 if cluster % 2 else value & 0xFFF
            found.append(value & 0x0FFFFFFF)
        return tuple(found)

    def chain(self, first):
        clusters, seen = [], set()
        while 2 <= first < self.image.clusters + 2 and first not in seen:
            seen.add(first)
            clusters.append(first)
            first = self.entries(first)[0]
        return tuple(clusters)

    def bytes_of(self, chain):
        size = self.image.cluster_size
        return b"".join(self.data[self.image.cluster_offset(c):self.image.cluster_offset(c) + size]
                        for c in chain)

    def walk(self, path, first, above, own=b""):
        """`above` holds slots, chain and entries of every folder on the way here."""
        image = self.image
        chain = self.chain(first)
        self.claims.update(chain)
        above = (*above, (own, chain, tuple(map(self.entries, chain))))
        if first in self.entered:
            return
        self.entered.add(first)
        slots = (self.bytes_of(chain) if first else
                 self.data[image.root_start:image.root_start + image.root_entries * 32])
        long_slots = b""
        for at in range(0, len(slots), 32):
            raw = slots[at:at + 32]
            if raw[0] == 0:
                break
            if raw[0] == 0xE5:
                long_slots = b""
            elif raw[11] & 0x3F == LONG:
                long_slots += raw
            else:
                self.take(path, raw, long_slots, above)
                long_slots = b""

    def take(self, path, raw, long_slots, above):
        name = raw[:11]
        if raw[11] & LABEL or name in (b".          ", b"..         "):
            return
        self.short_names[path, name] += 1
        first = int.from_bytes(raw[26:28], "little")
        if self.image.bits == 32:
            first |= int.from_bytes(raw[20:22], "little") << 16
        path = f"{path}{_name(raw, long_slots)}"
        if raw[11] & FOLDER:
            if first:
                self.walk(path + "/", first, above, long_slots + raw)
            return
        chain = self.chain(first)
        self.claims.update(chain)
        size = int.from_bytes(raw[28:32], "little")
        file = File(long_slots + raw, chain, tuple(map(self.entries, chain)),
                    self.bytes_of(chain)[:size], above)
        self.files[path] = None if path in self.files else file


def _name(raw, long_slots):
    if long_slots:
        text = b"".join(slot[1:11] + slot[14:26] + slot[28:32]
                        for slot in (long_slots[at:at + 32]
                                     for at in range(len(long_slots) - 32, -1, -32)))
        return text.decode("utf-16-le", errors="replace").split("\0")[0]
    base, extension = (part.decode("cp437").rstrip() for part in (raw[:8], raw[8:11]))
    base = base.lower() if raw[12] & LOWER_BASE else base
    extension = extension.lower() if raw[12] & LOWER_EXTENSION else extension
    return f"{base}.{extension}" if extension else base


def read(image, data):
    reader = _Reader(image, data)
    reader.walk("", image.root_cluster if image.bits == 32 else 0, ())
    return reader


def files_of(image, data):
    return read(image, data).files


def intact(image, data):
    if not same_layout(image, data):
        return set(files_of(image, image.data))  # it is still all there, if the layout comes back
    sound, now = read(image, image.data), read(image, data)
    names = Counter(path.lower() for path in now.files)
    result = set()
    for path, file in sound.files.items():
        folder = path.rpartition("/")[0]
        short = file.slots[-32:-21]
        clusters = [*file.chain, *(c for _, chain, _ in file.above for c in chain)]
        if (now.files.get(path) == file and names[path.lower()] == 1 and
                now.short_names[folder + "/" if folder else "", short] == 1 and
                all(now.claims[c] == 1 for c in clusters)):
            result.add(path)
    return result


def copied_out(path, scratch):
    target = scratch / "mcopied"
    target.mkdir()
    done = run("mcopy", "-s", "-n", "-m", "-i", path, "::", target, status=None)
    if "too big" in done.stderr:
        # mtools takes the last cluster of a volume for one too many when one of the first
        # entries leads there.
        run(CLI, "extract", path, "--directory", target)
    content = {}
    for where, _, names in os.walk(target):
        for name in names:
            file = os.path.join(where, name)
            with open(file, "rb") as stream:
                content[os.path.relpath(file, target)] = (
                    hashlib.blake2b(stream.read()).hexdigest(), int(os.stat(file).st_mtime))
    shutil.rmtree(target)
    return content

"""Large FAT32 volumes with very many files, made by writing FATs and folders directly.

    volume = Fat32(path, size, sectors_per_cluster)      an empty one, by mkfs.fat
    volume.fill(file_count, extents, extent_size)        interleaved: each extent of a file lies
                                                         behind one of every other file

What a file holds is a hole; FAT, folders and FSInfo are as a driver would have written them.
"""

import os
import struct
from array import array
from pathlib import Path

from measure import run

END = 0x0FFFFFFF
FILES_PER_FOLDER = 10_000
SLOTS_PER_FILE = 3  # long names of two parts
STEP = 1 << 20  # entries written at a time
DATE = (20 << 9) | (1 << 5) | 1


class Fat32:
    def __init__(self, path: Path, size: int, sectors_per_cluster: int):
        self.path = path
        with open(path, "wb") as file:
            file.truncate(size)
        run(["mkfs.fat", "-F", "32", "-s", str(sectors_per_cluster), str(path)])
        with open(path, "rb") as file:
            boot = file.read(512)
        self.cluster_size = boot[0x0D] * 512
        self.fat_start = int.from_bytes(boot[0x0E:0x10], "little") * 512
        self.fat_size = int.from_bytes(boot[0x24:0x28], "little") * 512
        self.data_start = self.fat_start + 2 * self.fat_size
        total = int.from_bytes(boot[0x20:0x24], "little") * 512
        self.clusters = (total - self.data_start) // self.cluster_size
        self.first_folder = 3  # the root has cluster 2
        self.folder_clusters = -(-(FILES_PER_FOLDER * SLOTS_PER_FILE + 2) * 32 // self.cluster_size)

    def cluster_offset(self, cluster: int) -> int:
        return self.data_start + (cluster - 2) * self.cluster_size

    def write_entries(self, file, first: int, entries: array) -> None:
        for copy in range(2):
            os.pwrite(file.fileno(), entries.tobytes(),
                      self.fat_start + copy * self.fat_size + 4 * first)

    def fill(self, file_count: int, extents: int, extent_size: int) -> None:
        """`extents` of `extent_size` clusters for each file."""
        folders = -(-file_count // FILES_PER_FOLDER)
        self.first_file = self.first_folder + folders * self.folder_clusters
        with open(self.path, "r+b", buffering=0) as file:
            used = self.write_root(file, folders)
            for number in range(folders):
                self.write_folder(file, number, file_count, extents * extent_size, extent_size)
            self.write_chains(file, file_count, extents, extent_size)
            used += folders * self.folder_clusters + file_count * extents * extent_size
            os.pwrite(file.fileno(), struct.pack("<II", self.clusters - used, 2 + used),
                      512 + 0x1E8)

    def write_root(self, file, folders: int) -> int:
        """Gives the number of its clusters; all but the first are at the end of the volume."""
        slots = b"".join(slot(b"FOLD%04d   " % number, 0x10, self.folder_cluster(number), 0)
                         for number in range(folders))
        room = self.cluster_size
        pieces = [slots[at:at + room] for at in range(0, len(slots), room)]
        where = [2] + [self.clusters + 1 - number for number in range(len(pieces) - 1)]
        for cluster, after, piece in zip(where, where[1:] + [END], pieces):
            self.write_entries(file, cluster, array("I", [after]))
            os.pwrite(file.fileno(), piece.ljust(room, b"\0"), self.cluster_offset(cluster))
        return len(pieces)

    def folder_cluster(self, number: int) -> int:
        return self.first_folder + number * self.folder_clusters

    def write_folder(self, file, number, file_count, size, extent_size) -> None:
        first = self.folder_cluster(number)
        slots = [slot(b".          ", 0x10, first, 0), slot(b"..         ", 0x10, 0, 0)]
        low = number * FILES_PER_FOLDER
        for index in range(low, min(low + FILES_PER_FOLDER, file_count)):
            slots.append(long_name(index))
            slots.append(slot(short_name(index), 0x20, self.first_file + index * extent_size,
                              min(size * self.cluster_size, 0xFFFFFFFF)))
        chain = array("I", range(first + 1, first + self.folder_clusters))
        chain.append(END)
        self.write_entries(file, first, chain)
        os.pwrite(file.fileno(), b"".join(slots).ljust(self.folder_clusters * self.cluster_size,
                                                       b"\0"), self.cluster_offset(first))

    def write_chains(self, file, file_count, extents, extent_size) -> None:
        """Extent k of file i is number k * file_count + i; its last cluster leads to the next."""
        layer = file_count * extent_size  # clusters of one extent of every file
        step = max(1, STEP // extent_size) * extent_size
        for at in range(0, extents * layer, step):
            first = self.first_file + at
            count = min(step, extents * layer - at)
            entries = array("I", range(first + 1, first + 1 + count))
            lasts = len(entries[extent_size - 1::extent_size])
            beyond = first + extent_size - 1 + 1 + (file_count - 1) * extent_size
            entries[extent_size - 1::extent_size] = array(
                "I", range(beyond, beyond + lasts * extent_size, extent_size))
            if at + count > (extents - 1) * layer:
                self.end_chains(entries, at, (extents - 1) * layer, extent_size)
            self.write_entries(file, first, entries)

    @staticmethod
    def end_chains(entries: array, at: int, last_layer: int, extent_size: int) -> None:
        start = max(0, last_layer - at) + extent_size - 1
        count = len(entries[start::extent_size])
        entries[start::extent_size] = array("I", [END]) * count


def short_name(index: int) -> bytes:
    return b"F%07dDAT" % index


def long_name(index: int) -> bytes:
    """Two slots of "Recording NNNNNNN.data"."""
    checksum = 0
    for byte in short_name(index):
        checksum = ((checksum >> 1 | checksum << 7) + byte) & 0xFF
    units = f"Recording {index:07}.data".encode("utf-16-le") + b"\0\0"
    units = units.ljust(2 * 26, b"\xFF")
    parts = ((2 | 0x40, units[26:]), (1, units[:26]))
    return b"".join(struct.pack("<B10sBBB12sH4s", order, part[:10], 0x0F, 0, checksum, part[10:22],
                                0, part[22:]) for order, part in parts)


def slot(name: bytes, attributes: int, cluster: int, size: int) -> bytes:
    return struct.pack("<11sBBBHHHHHHHI", name, attributes, 0, 0, 0, DATE, DATE, cluster >> 16, 0,
                       DATE, cluster & 0xFFFF, size)

"""What each sector of a FAT disk is for, read by our own few lines: the tests decide with it in
which order a guest's writes arrive.
"""

import struct


class FatDisk:
    """The first FAT volume of an image; `offset` is where it begins, in bytes."""

    def __init__(self, image, offset=0):
        self.image = image
        self.offset = offset
        boot = image[offset:offset + 512]
        (self.sector_size, self.per_cluster, reserved, fats, self.root_entries, total16, _,
         fat16) = struct.unpack_from("<HBHBHHBH", boot, 11)
        total32, fat32 = struct.unpack_from("<II", boot, 32)
        self.fat_sectors = fat16 or fat32
        self.fats = fats
        self.fat_start = reserved
        self.root_start = reserved + fats * self.fat_sectors
        self.data_start = self.root_start + (self.root_entries * 32 + self.sector_size - 1) \
            // self.sector_size
        self.total = total16 or total32
        clusters = (self.total - self.data_start) // self.per_cluster
        self.bits = 32 if not fat16 else 16 if clusters >= 4085 else 12
        self.root_cluster = struct.unpack_from("<I", boot, 44)[0] if not fat16 else 0

    def entry(self, cluster):
        at = self.offset + self.fat_start * self.sector_size
        if self.bits == 12:
            value = struct.unpack_from("<H", self.image, at + cluster * 3 // 2)[0]
            return value >> 4 if cluster & 1 else value & 0xFFF
        if self.bits == 16:
            return struct.unpack_from("<H", self.image, at + cluster * 2)[0]
        return struct.unpack_from("<I", self.image, at + cluster * 4)[0] & 0x0FFFFFFF

    def chain(self, cluster):
        found = []
        past = (1 << min(self.bits, 28)) - 16
        while 2 <= cluster < past and len(found) < 100_000:
            found.append(cluster)
            cluster = self.entry(cluster)
        return found

    def sectors_of(self, cluster):
        first = self.data_start + (cluster - 2) * self.per_cluster
        return range(first, first + self.per_cluster)

    def bytes_of(self, sectors):
        return b"".join(self.image[self.offset + s * self.sector_size:
                                   self.offset + (s + 1) * self.sector_size] for s in sectors)

    def directory_sectors(self):
        """Of all folders, the root first."""
        if self.root_cluster:
            root = [s for c in self.chain(self.root_cluster) for s in self.sectors_of(c)]
        else:
            root = list(range(self.root_start, self.data_start))
        found, left = list(root), [root]
        while left:
            content = self.bytes_of(left.pop())
            for at in range(0, len(content), 32):
                slot = content[at:at + 32]
                if slot[0] == 0:
                    break
                if slot[0] in (0xE5, 0x2E) or slot[11] & 0x18 != 0x10:
                    continue
                first = struct.unpack_from("<H", slot, 26)[0] \
                    | struct.unpack_from("<H", slot, 20)[0] << 16
                sectors = [s for c in self.chain(first) for s in self.sectors_of(c)]
                if sectors and sectors[0] not in found:
                    found += sectors
                    left.append(sectors)
        return found

    def kind_of(self, sector, directories):
        """`sector` counts from the start of the volume."""
        if sector < self.fat_start:
            return "boot"
        if sector < self.root_start:
            return f"fat{(sector - self.fat_start) // self.fat_sectors + 1}"
        return "directory" if sector in directories else "data"


def changed_sectors(before, after, offset=0):
    """[(sector of the volume, its bytes, its kind)] in the order of the disk."""
    disk = FatDisk(after, offset)
    directories = set(disk.directory_sectors()) | set(FatDisk(before, offset).directory_sectors())
    size = disk.sector_size
    changed = []
    for sector in range(disk.total):
        at = offset + sector * size
        if before[at:at + size] != after[at:at + size]:
            changed.append((sector, after[at:at + size], disk.kind_of(sector, directories)))
    return changed

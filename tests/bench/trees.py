"""Folders to measure on: the same bytes and names every time."""

import random
from pathlib import Path

MIB = 1024 * 1024
POOL_SIZE = 16 * MIB
FILES_PER_FOLDER = 60


def content_tree(root: Path, file_count: int, size: int) -> None:
    """`file_count` files of `size` bytes together, most of them small, some large, in folders."""
    draw = random.Random(1)
    pool = draw.randbytes(POOL_SIZE)
    weights = [draw.lognormvariate(0, 1.5) for _ in range(file_count)]
    scale = size / sum(weights)
    for number, weight in enumerate(weights):
        folder = root / f"folder {number // FILES_PER_FOLDER:03}"
        folder.mkdir(parents=True, exist_ok=True)
        left = int(weight * scale)
        with open(folder / f"file number {number:05}.bin", "wb") as file:
            while left > 0:
                start = draw.randrange(POOL_SIZE - 1)
                left -= file.write(pool[start:start + min(left, POOL_SIZE)])


def name_tree(root: Path, folder_count: int, files_per_folder: int) -> None:
    """Files with a size but without blocks: for those who look only at names, sizes and times."""
    draw = random.Random(2)
    for folder_number in range(folder_count):
        folder = root / f"folder_{folder_number:03}" if folder_count > 1 else root
        folder.mkdir(parents=True)
        for number in range(files_per_folder):
            with open(folder / f"some_file_{number:05}.txt", "wb") as file:
                file.truncate(draw.randrange(20_000))

"""What the notebooks beside it read."""
from pathlib import Path


def read():
    return [int(line) for line in Path("sales.csv").read_text().splitlines()]

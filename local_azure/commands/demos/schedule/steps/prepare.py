"""The first step: so many rows to score, one number a line."""
import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, required=True)
parser.add_argument("--output", type=Path, required=True)
arguments = parser.parse_args()
arguments.output.mkdir(parents=True)
(arguments.output / "rows.txt").write_text("\n".join(str(row * 37 % 100) for row in range(arguments.rows)))
print(f"{arguments.rows} rows are prepared")

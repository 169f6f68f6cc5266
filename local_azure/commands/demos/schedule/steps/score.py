"""The second step: of every row whether it is above the threshold. Without rows it fails."""
import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--input", type=Path, required=True)
parser.add_argument("--threshold", type=float, required=True)
parser.add_argument("--output", type=Path, required=True)
arguments = parser.parse_args()
rows = (arguments.input / "rows.txt").read_text().split()
if not rows:
    raise SystemExit("there are no rows to score")
arguments.output.mkdir(parents=True)
(arguments.output / "scores.txt").write_text("\n".join(str(float(row) / 100 > arguments.threshold) for row in rows))
print(f"{len(rows)} rows are scored")

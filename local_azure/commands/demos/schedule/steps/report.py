"""The third step: how many rows were above the threshold, for people."""
import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--input", type=Path, required=True)
scores = (parser.parse_args().input / "scores.txt").read_text().split()
Path("outputs").mkdir(exist_ok=True)
Path("outputs", "report.txt").write_text(f"{scores.count('True')} of {len(scores)} rows are above the threshold\n")
print(Path("outputs", "report.txt").read_text(), end="")

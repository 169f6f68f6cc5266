"""A step: reads what is there of the inputs, writes what it was told and what it read to its output, and may fail."""
import argparse
import os
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--say", default="")
parser.add_argument("--inputs", nargs="*", default=[])
parser.add_argument("--output")
arguments = parser.parse_args()
text = arguments.say + "".join(Path(one, "said.txt").read_text() for one in arguments.inputs)
print(text, os.environ.get("AML_PARAMETER_word", "-"))
if arguments.say == "fail":
    raise SystemExit(3)
if arguments.output:
    Path(arguments.output).mkdir()
    Path(arguments.output, "said.txt").write_text(f"[{text}]")

"""Runs a notebook with papermill where Azure Machine Learning runs it: `runner.py NOTEBOOK OUTPUT`.

This file is a part of the run's snapshot. No cell of the notebook is changed; papermill writes what it has executed to
the output also where a cell failed or the kernel died, and then this ends with exit code 1. The notebook runs in its
own folder, with the kernel of this environment, whatever its metadata calls it. An error in a cell that has the tag
`raises-exception` is what its author wants: papermill counts it as a failure, this does not.
"""
import argparse
import json
import logging
import sys
from pathlib import Path

import papermill

_KERNEL = "python3"
_WANTED = "raises-exception"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("output", type=Path, help="where the executed notebook goes; its folder is made")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)  # with what the cells print
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            str(arguments.notebook), str(arguments.output), cwd=str(arguments.notebook.parent), kernel_name=_KERNEL,
            log_output=True, progress_bar=False)
    except papermill.PapermillExecutionError as exc:
        if has_unwanted_error(arguments.output):
            print(exc, file=sys.stderr)
            return 1
    return 0


def has_unwanted_error(executed: Path) -> bool:
    cells = json.loads(executed.read_text("utf-8"))["cells"]
    return any(output["output_type"] == "error" for cell in cells for output in cell.get("outputs", ())
               if _WANTED not in cell["metadata"].get("tags", ()))


if __name__ == "__main__":
    sys.exit(main())

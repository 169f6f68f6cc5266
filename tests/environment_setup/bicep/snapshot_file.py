"""What is deployed by default, and by each template that stands alone, kept as files, so that a review sees how a
change of Bicep changes Azure.

After such a change: .venv/bin/python -m tests.environment_setup.bicep.snapshot_file
"""
import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .deployed import PARAMETER_SETS, Deployed, deployed_by

_TESTS = Path(__file__).parents[1]
_DEFAULT = next(path for path in PARAMETER_SETS if path.stem == "default")
FILES = {_TESTS / "default.snapshot.json": _DEFAULT, **{
    path.parents[1] / f"{path.stem}.snapshot.json": path for folder in ("scheduling", "compute", "model_serving")
    for path in sorted((_TESTS / folder / "parameters").glob("*.bicepparam"))}}
"""The parameter set of each file."""
LONG = {"query", "serializedData"}  # these are files of their own, in which changes are seen


def text_of(deployed: Deployed) -> str:
    content = {"resources": [one.body for one in deployed.resources], "outputs": dict(sorted(deployed.outputs.items()))}
    return json.dumps(_shortened(content), indent=1, ensure_ascii=False) + "\n"


def _shortened(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: "..." if name in LONG else _shortened(item)
                for name, item in value.items()}
    return [_shortened(item) for item in value] if isinstance(value, list) else value


def main() -> None:
    argparse.ArgumentParser(prog="python -m tests.environment_setup.bicep.snapshot_file", description=__doc__,
                            formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    try:
        texts = {file: text_of(deployed_by(parameter_set)) for file, parameter_set in FILES.items()}
    except (pytest.skip.Exception, pytest.fail.Exception) as exc:
        sys.exit(f"nothing is written {exc}")
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

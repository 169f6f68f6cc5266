"""What points the SDKs of other programs to a running local Azure: variables, in a file that a shell reads.

While one runs, the folder has it as `sdk.env`, readable by its owner alone.
"""
import shlex
from collections.abc import Mapping
from pathlib import Path

_NAME = "sdk.env"


def save(folder: Path, variables: Mapping[str, str]) -> Path:
    file = folder / _NAME
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()))
    return file


def remove(folder: Path) -> None:
    (folder / _NAME).unlink(missing_ok=True)

"""Files with events, as the commands that send them read them."""
import json
from pathlib import Path
from typing import Any

from .failure import CommandError


def find_files(source: Path, otherwise: str) -> list[Path]:
    """The file itself; of a folder its .json files, those of its subfolders too.

    Raises CommandError where there is none; `otherwise` says what that means.
    """
    files = sorted(source.rglob("*.json")) if source.is_dir() else [source]
    if not files:
        raise CommandError(f"{source} {otherwise}: there is no .json file in it")
    return files


def read_bytes(file: Path) -> bytes:
    """Raises CommandError where the file cannot be read."""
    try:
        return file.read_bytes()
    except OSError as exc:
        raise CommandError(f"{file} cannot be read: {exc.strerror}") from exc


def parse_json(file: Path, body: bytes) -> Any:
    """What the file's JSON says. Raises CommandError where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise CommandError(f"{file} is not JSON: {exc}") from exc

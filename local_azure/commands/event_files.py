"""Files with events, as the commands that send them read them."""
import json
from pathlib import Path
from typing import Any

from .failure import CommandError


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

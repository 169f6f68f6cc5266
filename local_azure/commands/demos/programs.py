"""Programs that a demo runs as their users run them."""
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..failure import CommandError


def run_python(words: Sequence[str], environment: Mapping[str, str], pause: Callable[[float], None], *,
               seconds: float, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What this Python makes of the words, with no other environment than that and the path.

    Raises CommandError where it takes too long, and what `pause` raises: a signal that came meanwhile may have ended
    the program, which is no failure of its own.
    """
    try:
        return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=seconds,
                              env={"PATH": os.environ.get("PATH", ""), **environment})
    except subprocess.TimeoutExpired as exc:
        raise CommandError(f"{' '.join(words[:2])} takes longer than {seconds:g} seconds") from exc
    finally:
        pause(0)

"""`python -m redaction [FILE]`: a text as it would be recorded, for who wants to know about tags and arguments."""
import argparse
import sys
from pathlib import Path

from command_ending import ended


def main() -> int:
    """Prints the text of a file or of the standard input without its secrets; with --why the reasons instead."""
    parser = argparse.ArgumentParser(
        prog="python -m redaction",
        description="Print a text as it would be recorded: [redacted] stands for each secret.",
        epilog="A text that is JSON is read as JSON. The exit code is 0 whether or not anything was taken out.")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the text; without it, the standard input is read")
    parser.add_argument("--why", action="store_true", help="print the station and the rule for each place instead")
    options = parser.parse_args()
    if not options.file and sys.stdin is None:
        parser.error("the standard input is closed: name a FILE")
    try:
        data = Path(options.file).read_bytes() if options.file else sys.stdin.buffer.read()
    except OSError as exc:
        parser.exit(2, f"{parser.prog}: {options.file} cannot be read: {exc.strerror}\n")
    sys.stdout.buffer.write(_shown(data.decode("utf-8", "replace"), options.why).encode("utf-8", "replace"))
    return 0


def _shown(text: str, why: bool) -> str:
    from .redactor import explain, redact_text  # for a moment it imports, and may be interrupted
    return "".join(f"{line}\n" for line in explain(text) or ["nothing is taken out"]) if why else redact_text(text)


if __name__ == "__main__":
    sys.exit(ended("python -m redaction", main))

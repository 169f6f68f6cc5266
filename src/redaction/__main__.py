"""`python -m redaction [FILE]`: a text as it would be recorded, for who wants to know about tags and arguments."""
import argparse
import sys
from pathlib import Path

from .redactor import explain, redact_text


def main() -> int:
    """Prints the text of a file or of the standard input without its secrets; with --why the reasons instead."""
    parser = argparse.ArgumentParser(
        prog="python -m redaction",
        description="Print a text as it would be recorded: [redacted] stands for each secret.",
        epilog="A text that is JSON is read as JSON. The exit code is 0 whether or not anything was taken out.")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the text; without it, the standard input is read")
    parser.add_argument("--why", action="store_true", help="print the station and the rule for each place instead")
    options = parser.parse_args()
    try:
        data = Path(options.file).read_bytes() if options.file else sys.stdin.buffer.read()
    except OSError as exc:
        parser.exit(2, f"{parser.prog}: {options.file} cannot be read: {exc.strerror}\n")
    text = data.decode("utf-8", "replace")
    shown = _explain(text) if options.why else redact_text(text)
    sys.stdout.buffer.write(shown.encode("utf-8", "replace"))
    return 0


def _explain(text: str) -> str:
    return "".join(f"{line}\n" for line in explain(text) or ["nothing is taken out"])


if __name__ == "__main__":
    sys.exit(main())

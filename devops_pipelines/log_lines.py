"""Text from outside as it may go into the log of a pipeline: in one line, and no command.

Azure Pipelines obeys `##vso[…]` wherever it stands in a line of a script's output ("Logging commands"): what a service
answers, or what a run is called, could set variables of the job that prints it.
"""
import re

_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BETWEEN_SIGNS = re.compile("(?<=#)(?=#)")


def log_line(text: str) -> str:
    r"""What would not be seen is written as Python writes it, `\n` or `\x1b`, and no `#` follows another."""
    line = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return _BETWEEN_SIGNS.sub(" ", line)

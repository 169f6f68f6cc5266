"""Lines on a terminal."""
import io

from rich.console import Console

from local_azure.commands.saying import say


def test_lines_are_said_as_they_are():
    said = io.StringIO()
    line = "[red]a[/red] :smile: 1 " + "x" * 30
    say(Console(file=said, width=20, force_terminal=True), line, "b\x1b[2J")
    assert said.getvalue() == f"{line}\nb\\x1b[2J\n"

"""Lines on the terminal of whoever runs a command."""
from rich.console import Console

from ..terminal_texts import terminal_text


def say(console: Console, *lines: str) -> None:
    """Prints lines, whatever they hold, as they are and without wrapping them."""
    console.print("\n".join(map(terminal_text, lines)), soft_wrap=True, markup=False, emoji=False, highlight=False)

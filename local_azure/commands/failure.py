"""How a command fails: one clear line, exit code 2."""


class CommandError(Exception):
    """The command cannot do what was asked; the message says why and what to do."""

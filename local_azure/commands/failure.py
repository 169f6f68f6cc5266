"""How a command fails: one clear line, or one for each thing that is wrong, and exit code 2."""


class CommandError(Exception):
    """The command cannot do what was asked; its arguments are lines that say why and what to do."""

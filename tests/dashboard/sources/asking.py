"""Sources as `python -m dashboard` opens them."""
import argparse
import os
from contextlib import closing

from dashboard.sources.opening import add_arguments, open_source

APP_ID = "12345678-1234-1234-1234-123456789abc"


def opened(*arguments):
    """A context manager: the source, by the arguments of the command and the environment."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return closing(open_source(parser.parse_args(arguments), os.environ))

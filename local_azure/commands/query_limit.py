"""The option for how long a query may take, the same in every command that answers queries."""
import argparse

from ..application_insights.models import QUERY_SECONDS


def add_query_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--query-limit", type=_parse_seconds, metavar="SECONDS",
                        help=f"how long a query may take (default: {QUERY_SECONDS:g})")


def _parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0 and up to {_MOST_SECONDS:g}")
    return seconds


_MOST_SECONDS = 3_600.0  # as in Azure Data Explorer

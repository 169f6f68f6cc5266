"""Numbers that a step is given as arguments: finite ones, from an amount on."""
import argparse
import math


def parse_finite(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no finite number")
    return number


def parse_amount(text: str) -> float:
    number = parse_finite(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return number

"""Make the table of prices at the top of the queries of cost, from the Azure Retail Prices API.

It needs a network and no login. Both files of queries/ get the new table when all prices are there; sizes without a
price are named, and their hours stay unpriced.
"""
import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))  # where the function app has its answers and waits

from dashboard.charts import QUERIES  # noqa: E402
from dashboard.price_table import SIZE, Price, PriceTable, has_table, prices_in, put, sizes_of  # noqa: E402
from dashboard.retail_prices import ENDPOINT, PricesError, RetailPrices  # noqa: E402
from local_azure.ending import ended  # noqa: E402

_REGION, _CURRENCY = re.compile("[a-z0-9]+"), re.compile("[A-Z]{3}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dashboard.prices", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", action="append", required=True, type=_like(_REGION), metavar="NAME",
                        help="as Azure writes it, such as westeurope; may be given several times. Runs that say no "
                        "region are priced as those of the first")
    parser.add_argument("--size", action="append", type=_like(SIZE), metavar="NAME",
                        help="of machines, such as Standard_DS3_v2; may be given several times (default: those in "
                        "the table)")
    parser.add_argument("--currency", default="USD", type=_like(_CURRENCY), help="of three letters (default: USD)")
    parser.add_argument("--queries", type=Path, default=QUERIES, help="the folder (default: %(default)s)")
    parser.add_argument("--endpoint", default=ENDPOINT, help="of the API (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        make_table(arguments)
    except (PricesError, OSError) as exc:
        print(f"{parser.prog}: {exc}", file=sys.stderr)
        return 1
    return 0


def make_table(arguments: argparse.Namespace) -> None:
    """Raises PricesError; OSError for a file that cannot be read or written."""
    texts = {file: text for file in sorted(arguments.queries.glob("*.kql"))
             if has_table(text := file.read_text("utf-8"))}
    if not texts:
        raise PricesError(f"no query in {arguments.queries} has a table of prices")
    sizes = arguments.size or sizes_of(prices_in(next(iter(texts.values()))))
    prices = _read(RetailPrices(_tell, arguments.endpoint), arguments.region, sizes, arguments.currency)
    table = PriceTable(tuple(prices), arguments.currency, arguments.region[0], datetime.now(UTC).date())
    for file, text in texts.items():
        file.write_text(put(table, text), "utf-8")
        print(f"{file}: {len(prices)} prices in {table.currency}, as of {table.day}")


def _read(api: RetailPrices, regions: Sequence[str], sizes: Sequence[str], currency: str) -> list[Price]:
    prices: list[Price] = []
    for region in dict.fromkeys(regions):
        found = api.read(region, sizes, currency)
        for size in sizes:
            if size not in sizes_of(found):
                _tell(f"{region}: no price of {size}: its hours stay unpriced")
        prices += found
    if not prices:
        raise PricesError("none of the sizes has a price: are they written as Azure writes them, such as "
                          "Standard_DS3_v2?")
    return prices


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _like(form: re.Pattern[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not form.fullmatch(text):
            raise argparse.ArgumentTypeError(f"{text!r} is not of the form {form.pattern}")
        return text
    return read


if __name__ == "__main__":
    sys.exit(ended("python -m dashboard.prices", main))

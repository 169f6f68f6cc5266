"""The table of prices at the top of the queries of cost: the part of a file between two marks. Pure."""
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SIZE = re.compile(r"[A-Za-z0-9_-]+")
_BLOCK = re.compile(r"^// Prices: begin\n.*?^// Prices: end\n", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^    '([a-z0-9]+)', '([A-Za-z0-9_-]+)', '([a-z ]+)', ([\d.]+),?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Price:
    """Of one machine for an hour; `priority` is `dedicated`, `low priority` or `spot`."""

    region: str
    vm_size: str
    priority: str
    hourly: float


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Of one day, in one currency; runs that say no region are taken to be in `unknown_region`."""

    prices: tuple[Price, ...]
    currency: str
    unknown_region: str
    day: date


def has_table(query: str) -> bool:
    return _BLOCK.search(query) is not None


def prices_in(query: str) -> tuple[Price, ...]:
    return tuple(Price(region, size, priority, float(hourly)) for region, size, priority, hourly in _ROW.findall(query))


def sizes_of(prices: Iterable[Price]) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(price.vm_size for price in prices))


def put(table: PriceTable, query: str) -> str:
    """The text of a query with this table in the place of its own."""
    rows = ",\n".join(f"    '{price.region}', '{price.vm_size}', '{price.priority}', {_plain(price.hourly)}"
                      for price in table.prices)
    block = f"""// Prices: begin
// {table.currency} an hour of one machine with Linux, by region, size and priority: Azure's public retail prices,
// with no discount. As of {table.day.isoformat()}, from the Azure Retail Prices API.
// Other regions, sizes and currencies, as of today: python -m dashboard.prices --region eastus
let currency = '{table.currency}';
let unknown_region = '{table.unknown_region}';
let prices = datatable(region: string, vm_size: string, vm_priority: string, hourly_price: real) [
{rows}
];
// Prices: end
"""
    return _BLOCK.sub(lambda found: block, query)


def _plain(number: float) -> str:
    """Without an exponent, as Kusto reads it everywhere; the API has six digits behind the point."""
    return f"{number:.6f}".rstrip("0").rstrip(".")

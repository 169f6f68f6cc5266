"""What machines cost by the hour, from the Azure Retail Prices API: without a login, in pages that name the next one.

It is asked for all prices of one region, of which the sizes that are wanted are chosen here, with Linux. The names of
an item's SKU and meter end with its priority where that is not the usual one ("Azure Retail Prices overview"). That of
the SKU wins, as spot machines have used meters of low priority. Clusters of Azure Machine Learning have low priority.
"""
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from azure_access.answers import Fields
from azure_access.transient import TRANSIENT_STATUSES, parse_retry_after
from dashboard.price_table import Price

ENDPOINT = "https://prices.azure.com/api/retail/prices"

_API_VERSION = "2023-01-01-preview"
_TIMEOUT_SECONDS = 60
_TRIES, _PAUSE_SECONDS, _MOST_PAUSE_SECONDS = 4, 2.0, 120.0
_OTHER_PRODUCTS = ("Windows", "CloudServices", "Cloud Services")  # the same machines, sold otherwise
_PRIORITIES = {" Spot": "spot", " Low Priority": "low priority"}


class PricesError(Exception):
    """The prices cannot be had; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class RetailPrices:
    """`progress` is told each page, `pause` waits so many seconds."""

    progress: Callable[[str], None]
    endpoint: str = ENDPOINT
    pause: Callable[[float], None] = time.sleep

    def read(self, region: str, sizes: Sequence[str], currency: str) -> list[Price]:
        """Of each size the prices that it has there, by priority. Raises PricesError."""
        wanted = {size.casefold(): size for size in sizes}
        found: dict[tuple[str, str], tuple[str, Price]] = {}
        number = 0
        with httpx.Client(timeout=_TIMEOUT_SECONDS) as client:
            for item in self._items(client, region, currency):
                number += 1
                price, since = _price(item, region, wanted), item.text("effectiveStartDate") or ""
                if price and since >= found.get((price.vm_size, price.priority), ("", price))[0]:
                    found[price.vm_size, price.priority] = since, price
        if not number:
            raise PricesError(f"the API has no prices of the region {region!r}: is it written as Azure writes it, such "
                              "as westeurope? (az account list-locations --query [].name)")
        return sorted(price for _, price in found.values())

    def _items(self, client: httpx.Client, region: str, currency: str) -> Iterator[Fields]:
        terms = f"serviceName eq 'Virtual Machines' and priceType eq 'Consumption' and armRegionName eq '{region}'"
        url: str | None = str(httpx.URL(self.endpoint, params={
            "api-version": _API_VERSION, "currencyCode": f"'{currency}'", "$filter": terms}))
        seen: set[str] = set()
        while url:
            seen.add(url)
            page = self._ask(client, url)
            if (billed := page.text("BillingCurrency")) != currency:
                raise PricesError(f"the API has no prices in {currency}, it answers in {billed or 'none'}")
            items = page.list("Items")
            self.progress(f"{region}: page {len(seen)}, {len(items)} prices")
            yield from map(Fields, items)
            url = self._next(page, seen)

    def _next(self, page: Fields, seen: set[str]) -> str | None:
        """At the same place: nothing else is asked, whatever an answer says."""
        link = page.text("NextPageLink")
        if not link:
            return None
        if link in seen or _place(link) != _place(self.endpoint):
            raise PricesError(f"the API names {link} as its next page, which is none of its own")
        return link

    def _ask(self, client: httpx.Client, url: str) -> Fields:
        for tries_left in reversed(range(_TRIES)):
            try:
                response = client.get(url)
                if response.status_code in TRANSIENT_STATUSES and tries_left:
                    self._wait(f"HTTP {response.status_code}", response.headers.get("Retry-After"))
                    continue
                return _page(response)
            except httpx.HTTPError as exc:
                if not tries_left:
                    raise PricesError(f"{self.endpoint} was not reached ({exc or type(exc).__name__}): check the "
                                      "network and its proxy (HTTPS_PROXY)") from exc
                self._wait(type(exc).__name__, None)
        raise AssertionError("the last try answers or raises")

    def _wait(self, why: str, retry_after: str | None) -> None:
        seconds = min(parse_retry_after(retry_after) or _PAUSE_SECONDS, _MOST_PAUSE_SECONDS)
        self.progress(f"{why}: asking again in {seconds:.0f} s")
        self.pause(seconds)


def _page(response: httpx.Response) -> Fields:
    if not response.is_success:
        raise PricesError(f"{response.url.copy_with(query=None)} answers HTTP {response.status_code}: "
                          f"{response.text[:300].strip() or 'nothing else'}")
    try:
        found: Any = response.json()
    except ValueError as exc:
        raise PricesError(f"{response.url.copy_with(query=None)} answers with what is no JSON: is there a proxy or a "
                          f"login page before it? {response.text[:100]!r}") from exc
    return Fields(found)


def _price(item: Fields, region: str, wanted: dict[str, str]) -> Price | None:
    size = wanted.get((item.text("armSkuName") or "").casefold())
    hourly = item.value("retailPrice")
    product = item.text("productName") or ""
    is_by_the_hour = item.text("type") == "Consumption" and item.text("unitOfMeasure") == "1 Hour"
    if size is None or not isinstance(hourly, (int, float)) or hourly <= 0 or not is_by_the_hour:
        return None
    if any(other in product for other in _OTHER_PRODUCTS) or item.text("armRegionName") != region:
        return None
    return Price(region, size, _priority(item), float(hourly))


def _priority(item: Fields) -> str:
    names = [item.text(field) or "" for field in ("skuName", "meterName")]
    found = (priority for name in names for end, priority in _PRIORITIES.items() if name.endswith(end))
    return next(found, "dedicated")


def _place(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or 443

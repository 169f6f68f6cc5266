"""`python -m dashboard.prices` over a double of the Azure Retail Prices API, and the table that the queries have."""
import json
import re
import ssl
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.price_table import Price, PriceTable, has_table, prices_in, put
from dashboard.retail_prices import PricesError, RetailPrices
from local_azure.application_insights.models import TelemetryStore
from local_azure.certificates import Certificates

REPOSITORY = Path(__file__).parents[2]
QUERIES = REPOSITORY / "queries"
PAGES = json.loads(Path(__file__).with_name("data").joinpath("retail_prices.json").read_text("utf-8"))
SIZES = ["standard_ds3_v2", "Standard_NC6s_v3"]
DS3 = [Price("westeurope", "standard_ds3_v2", *rest) for rest in (
    ("dedicated", 2.5), ("low priority", 0.5), ("spot", 0.25))]
NC6 = Price("westeurope", "Standard_NC6s_v3", "dedicated", 12.125)


class Api(ThreadingHTTPServer):
    """Pages of prices, each naming the next; `troubles` are answered before: a status with headers and a body."""

    def __init__(self, certificates):
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server, certificates.server_key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server_port}/api/retail/prices"
        self.next_page = f"{self.url}?$skip=1000"
        self.asked, self.troubles, self.currency = [], [], None

    def answer(self, query):
        self.asked.append(query)
        if self.troubles:
            return self.troubles.pop(0)
        is_second = "$skip" in query
        items = PAGES[is_second] if is_second or "'westeurope'" in query["$filter"][0] else []
        currency = self.currency or query["currencyCode"][0].strip("'")
        body = {"BillingCurrency": currency,
                "CustomerEntityId": "Default", "CustomerEntityType": "Retail", "Items": items,
                "NextPageLink": None if is_second or not items else f"{self.next_page}&currencyCode='{currency}'",
                "Count": len(items)}
        return 200, {}, json.dumps(body)


class _Handler(BaseHTTPRequestHandler):

    def do_GET(self):
        status, headers, body = self.server.answer(parse_qs(urlsplit(self.path).query))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments):
        """Keeps the tests' output free of requests."""


@pytest.fixture
def api(tmp_path, monkeypatch):
    certificates = Certificates.create(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with closing(Api(certificates)) as server:
        server.close = server.server_close
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def told():
    return []


@pytest.fixture
def read(api, told):
    def ask(region="westeurope", currency="USD"):
        return RetailPrices(told.append, api.url, lambda seconds: told.append(seconds)).read(region, SIZES, currency)
    return ask


def test_of_all_pages_the_newest_price_of_each_wanted_size_and_priority_counts(api, read, told):
    assert read() == sorted([*DS3, NC6])
    assert api.asked[0] == {
        "api-version": ["2023-01-01-preview"], "currencyCode": ["'USD'"],
        "$filter": ["serviceName eq 'Virtual Machines' and priceType eq 'Consumption' "
                    "and armRegionName eq 'westeurope'"]}
    assert len(api.asked) == 2
    assert told == ["westeurope: page 1, 5 prices", "westeurope: page 2, 8 prices"]


def test_a_busy_api_is_asked_again_when_it_says(api, read, told):
    api.troubles += [(429, {"Retry-After": "7"}, ""), (503, {}, "")]
    assert read() == sorted([*DS3, NC6])
    assert told[:4] == ["HTTP 429: asking again in 7 s", 7, "HTTP 503: asking again in 2 s", 2]


@pytest.mark.parametrize("troubles, says", [
    ([(503, {}, "down")] * 4, "HTTP 503: down"), ([(400, {}, "Invalid OData")], "HTTP 400: Invalid OData"),
    ([(200, {}, "<html>")], "no JSON: is there a proxy")])
def test_what_is_no_answer_is_an_error_that_says_why(api, read, troubles, says):
    api.troubles += troubles
    with pytest.raises(PricesError, match=re.escape(says)):
        read()


def test_a_region_or_currency_that_the_api_does_not_know_is_an_error(api, read):
    with pytest.raises(PricesError, match="no prices of the region 'westeuropa'"):
        read(region="westeuropa")
    api.currency = "USD"
    with pytest.raises(PricesError, match="no prices in XYZ, it answers in USD"):
        read(currency="XYZ")


def test_no_other_place_is_asked_for_a_next_page(api, read):
    api.next_page = "https://example.com/api/retail/prices?$skip=1000"
    with pytest.raises(PricesError, match="example.com"):
        read()


def test_an_api_that_is_not_there_is_an_error(told):
    with pytest.raises(PricesError, match="was not reached .* check the network"):
        RetailPrices(told.append, "https://127.0.0.1:1/", told.append).read("westeurope", SIZES, "USD")


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "dashboard.prices", *arguments], cwd=REPOSITORY, text=True,
                          capture_output=True, timeout=60)


def test_the_command_puts_the_table_into_every_query_of_cost(api, tmp_path):
    folder = tmp_path / "queries"
    folder.mkdir()
    files = [file for file in QUERIES.glob("*.kql") if has_table(file.read_text("utf-8"))]
    assert {file.stem for file in files} == {"run_cost", "cost_by_experiment"}
    for file in files:
        (folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (folder / "other.kql").write_text("traces", "utf-8")
    ended = run("--region", "westeurope", "--size", "Standard_NC6s_v3", "--size", "Standard_New", "--currency", "EUR",
                "--queries", str(folder), "--endpoint", api.url)
    assert (ended.returncode, ended.stdout.count("1 prices in EUR")) == (0, 2), ended.stderr
    assert "westeurope: no price of Standard_New: its hours stay unpriced" in ended.stderr
    for file in files:
        text = (folder / file.name).read_text("utf-8")
        assert prices_in(text) == (NC6,)
        assert "let currency = 'EUR';\nlet unknown_region = 'westeurope';\n" in text
        with closing(TelemetryStore(instrumentation_key="key")) as store:
            assert store.query(text).rows == ()


def test_without_a_price_nothing_is_written(api, tmp_path):
    query = tmp_path / "mine.kql"
    before = (QUERIES / "run_cost.kql").read_text("utf-8")
    query.write_text(before, "utf-8")
    ended = run("--region", "westeurope", "--size", "Standard_New", "--queries", str(tmp_path), "--endpoint", api.url)
    assert (ended.returncode, query.read_text("utf-8")) == (1, before)
    assert "none of the sizes has a price" in ended.stderr
    assert run("--region", "West Europe").returncode == 2


def test_the_tables_that_come_with_the_queries_are_the_same_and_say_of_when_they_are():
    blocks = {found[0] for query in QUERIES.glob("*.kql")
              if (found := re.search(r"// Prices: begin\n.*// Prices: end\n", query.read_text("utf-8"), re.DOTALL))}
    [block] = blocks
    assert re.search(r"As of \d{4}-\d\d-\d\d, from ", block)
    assert len(set(prices_in(block))) == len(prices_in(block)) == block.count("    '")


def test_a_table_is_read_as_it_was_written():
    prices = (Price("eastus2", "Standard_DS11-1_v2", "low priority", 0.00001), Price("eastus2", "B", "spot", 12.0))
    text = put(PriceTable(prices, "EUR", "eastus2", date(2026, 2, 3)), "a\n// Prices: begin\n// Prices: end\nb\n")
    assert prices_in(text) == prices
    assert text.startswith("a\n// Prices: begin\n// EUR") and text.endswith("// Prices: end\nb\n")
    assert "As of 2026-02-03" in text

"""The page over Azure's query API: what it shows of it, and what it says where an answer does not come."""
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from dashboard.sample_records import records_of
from local_azure.scenarios.loading import load
from tests.dashboard.page.served import served, settle
from tests.dashboard.sources.asking import APP_ID, opened
from tests.dashboard.sources.service import running

ROWS = "#run-table .row:not(.head)"
PROBLEM = ".problem:not([hidden])"


@pytest.fixture(scope="module")
def service_of_module(tmp_path_factory):
    with running(tmp_path_factory.mktemp("certificates")) as service:
        service.insights.record_all(records_of(load(datetime.now(UTC))))
        yield service


@pytest.fixture
def service(service_of_module, monkeypatch):
    for name, value in service_of_module.environment.items():
        monkeypatch.setenv(name, value)
    service_of_module.traffic.reset()
    return service_of_module


@pytest.fixture
def azure_address(service):
    with opened("--app-id", APP_ID, "--endpoint", service.url) as source, served(source) as address:
        yield address


@pytest.fixture
def open_azure(azure_address, open_at):
    """Opens a page over the service."""
    return lambda path="time=all": open_at(azure_address, path, settled=False)


def texts(page):
    settle(page)
    expect(page.locator(f"{ROWS} .name").first).to_be_visible()
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator("#errors .group").first).to_be_visible()
    return [page.locator(part).inner_text() for part in ("#tiles", "#run-count", "#errors", "#run-table .rows")]


def test_two_browsers_show_the_same_over_the_store_and_over_its_query_api(open_azure, open_week):
    # In this order the pages are closed before what they are over: they ask it every other second.
    path = "since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z"
    over_api = open_azure(path)
    assert texts(over_api) == texts(open_week(path))
    expect(over_api.locator("#source")).to_have_text(f"Application Insights {APP_ID}")


def test_who_may_not_read_is_told_the_role_in_every_part_and_goes_on_when_it_is_there(open_azure, service):
    service.fail(times=100, status=403)
    page = open_azure()
    expect(page.locator("#run-panel > .problem")).to_contain_text("give it the role Monitoring Reader")
    expect(page.locator("#attention-panel > .problem")).to_have_text(re.compile("^(?!.*Monitoring.*Monitoring)"))
    expect(page.locator("#freshness")).to_contain_text("Monitoring Reader")
    service.traffic.reset()
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator(f"{ROWS}").first).to_be_visible()
    expect(page.locator(PROBLEM)).to_have_count(0)


def test_who_is_throttled_sees_for_how_long_and_then_the_answers_by_themselves(open_azure, service):
    service.fail(times=100, status=429, headers={"Retry-After": "3"})
    page = open_azure()
    expect(page.locator("#run-panel > .problem")).to_contain_text(re.compile(r"HTTP 429.*, in \d+ s"))
    service.traffic.reset()
    expect(page.locator(f"{ROWS}").first).to_be_visible()
    expect(page.locator(PROBLEM)).to_have_count(0)


def test_one_query_that_takes_too_long_leaves_the_others_alone(open_azure, service):
    page = open_azure("time=3d")
    settle(page)  # else a fault may meet a request of which nobody wants the answer any more
    service.fail(kind="half")
    service.fail(kind="hang", seconds=1)
    service.fail(status=504)
    page.locator("#filter-time").select_option("all")
    told = page.locator(f"{PROBLEM}, #freshness").filter(has_text="longer than 180 s")  # whichever query it was
    expect(told).to_have_count(1)
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_a_run_is_shown_as_far_as_it_is_answered(open_azure, service):
    run = service.insights.ask("latest_runs", level="pipeline")[5]
    service.fail(times=3, status=504)  # of five: two may be the whole page's, so one at least is the run's
    page = open_azure(f"run={run['run_id']}")
    expect(page.locator(f"#run {PROBLEM}").first).to_contain_text("HTTP 504")
    expect(page.locator("#run [aria-busy]")).to_have_count(0)

"""Pages of the dashboard in Chromium, over the sample week or a store of one's own.

A page that complains on its console, or that asks anybody else for anything, fails its test.
"""
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from dashboard.sample_notebooks import notebook_records
from dashboard.sample_records import records_of
from dashboard.sources.local_store import LocalStore
from local_azure.scenarios.loading import load
from local_azure.scenarios.scoring import scoring_items
from tests.dashboard import chromium
from tests.dashboard.page.served import WAIT_MS, clear, open_dashboard, served, settle
from tests.queries.conftest import KEY, Insights

VIEWPORT = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser():
    """Not for the whole session: while it is open, Playwright keeps an event loop in the thread of the tests."""
    expect.set_options(timeout=WAIT_MS)
    with chromium.launch() as browser:
        yield browser


@pytest.fixture(scope="session")
def week():
    """The sample week that ended within the last day; read it only."""
    opened = Insights()
    now = datetime.now(UTC)
    workspace = load(now)
    opened.record_all([*records_of(workspace), *notebook_records(now, workspace.name)])
    opened.send_items(scoring_items(now, KEY))
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def week_address(week):
    with served(LocalStore(week.store)) as address:
        yield address


@pytest.fixture
def insights():
    """An empty store of one's own."""
    opened = Insights()
    yield opened
    opened.store.close()


@pytest.fixture
def own_address(insights):
    with served(LocalStore(insights.store)) as address:
        yield address


@pytest.fixture(scope="module")
def usual_page(browser):
    """One for all tests that want nothing special of it: a new one takes a second."""
    context = browser.new_context(viewport=VIEWPORT, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.fixture
def open_at(browser, usual_page):
    """Opens a page of the dashboard at an address, and waits until it is drawn where nothing else is asked for."""
    watches = {}

    def open_page(address, path="", settled=True, **options):
        page = usual_page if not options and usual_page not in watches else browser.new_context(
            **{"viewport": VIEWPORT, "color_scheme": "light", **options}).new_page()
        watches[page] = open_dashboard(page, address, path)
        if settled:
            settle(page)
        return page

    yield open_page
    for page, watch in watches.items():
        watch.stop()
        if page == usual_page:
            clear(page, VIEWPORT)
        else:
            page.context.close()
        assert watch.faults == []


@pytest.fixture
def open_week(week_address, open_at):
    return lambda path="", **options: open_at(week_address, path, **options)


@pytest.fixture
def open_own(own_address, open_at):
    return lambda path="", **options: open_at(own_address, path, **options)

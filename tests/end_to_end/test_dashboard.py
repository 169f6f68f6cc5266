"""The dashboard of a running local Azure: an event that is published becomes a run on the page."""
import pytest
from playwright.sync_api import expect

from local_azure.commands.publishing import publish
from local_azure.scenarios.events import ended_events
from tests.dashboard import chromium


@pytest.fixture(scope="module")
def page():
    with chromium.launch() as browser:
        yield browser.new_page()


def test_a_published_event_becomes_a_run_on_the_page_by_itself(azure, sample_workspace, page):
    page.goto(azure.endpoints.dashboard_url)
    expect(page.get_by_role("heading", name="Nothing is recorded yet")).to_be_visible(timeout=30_000)
    assert page.url == f"{azure.endpoints.dashboard}/"
    events = reversed(ended_events(sample_workspace))
    event = next(event for event in events if event["data"]["runType"] == "azureml.PipelineRun")
    publish(azure.endpoints, [event])
    run = page.locator(f"[data-run='{event['data']['runId']}']")
    expect(run).to_contain_text(event["data"]["experimentName"], timeout=30_000)
    run.click()
    expect(page.locator("#run-details")).to_contain_text(f'"runId": "{event["data"]["runId"]}"', timeout=30_000)

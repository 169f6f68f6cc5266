"""Takes the pictures of the dashboard that README.md and pages of docs/ show, of the sample week.

Run with `PYTHONPATH=src .venv/bin/python -m tests.dashboard.page.screenshots`; it needs Chromium, and writes into
media/.
"""
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser

from dashboard.sample_notebooks import notebook_records
from dashboard.sample_records import records_of
from dashboard.sources.local_store import LocalStore
from local_azure.scenarios.loading import load
from local_azure.scenarios.scoring import scoring_items
from tests.dashboard import chromium
from tests.dashboard.page.served import open_dashboard, served, settle
from tests.queries.conftest import KEY, Insights

MEDIA = Path(__file__).parents[3] / "media"

_WIDTH = 1360


def main() -> None:
    week, now = Insights(), datetime.now(UTC)
    workspace = load(now)
    week.record_all([*records_of(workspace), *notebook_records(now, workspace.name)])
    week.send_items(scoring_items(now, KEY))
    failed = next(run for run in week.ask("failed_pipeline_runs", experiment="churn-training")
                  if run["failed_step_name"] == "Train Churn Model" and "NaN" in run["error_message"])
    with served(LocalStore(week.store)) as address, chromium.launch() as browser:
        _take(browser, address, "runs", "time=3d", 1180, ("#status-over-time", "#duration-trend", "#top-failing-steps"))
        _take(browser, address, "run", f"run={failed['run_id']}", 900, ())
        _take(browser, address, "logs", "view=logs&query=slowest_steps", 860, ("#answer-chart",))
        _take(browser, address, "notebooks", "view=notebooks", 720, ("#cells", "#results"))
        _take(browser, address, "scoring", "", 1180, ("#status-over-time",), "#scoring-panel")
    week.store.close()


def _take(browser: Browser, address: str, name: str, path: str, height: int, charts: tuple[str, ...],
          part: str = "body") -> None:
    """One picture of what is seen of a part, once the charts are there."""
    page = browser.new_context(viewport={"width": _WIDTH, "height": height}, color_scheme="light").new_page()
    open_dashboard(page, address, path)
    for chart in charts:
        page.locator(f"{chart} svg").wait_for()
    page.wait_for_load_state("networkidle")
    settle(page)
    target = MEDIA / f"dashboard_{name}.png"
    if part == "body":
        page.screenshot(path=target)
    else:
        page.locator(part).screenshot(path=target)
    page.context.close()


if __name__ == "__main__":
    main()

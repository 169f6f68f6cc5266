"""Takes the picture of a test run that docs/notebooks.md shows: the sample notebooks, run for a build.

Run with `python -m tests.local_azure.devops.screenshot`; it needs Chromium, and writes into media/.
"""
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from local_azure.commands.demos.notebooks.command import SAMPLES
from local_azure.scenarios.loading import load
from tests.dashboard import chromium
from tests.end_to_end.notebook_build import ORGANIZATION, PROJECT, building

PICTURE = Path(__file__).parents[3] / "media" / "notebook_test_run.png"
_NOTEBOOK = "stock.ipynb"


def main() -> None:
    workspace = load(datetime.now(UTC))
    with TemporaryDirectory() as folder, building(Path(folder), workspace, {"notebooks": SAMPLES}) as build:
        build.ended(build.start(**{"rp.notebooks": "**/*.ipynb"}))
        run = next(one for one in build.azure.devops.runs.list_runs(PROJECT) if one.fields["name"] == _NOTEBOOK)
        endpoints = build.azure.endpoints
        with chromium.launch() as browser:
            page = browser.new_page(viewport={"width": 1100, "height": 820}, color_scheme="light",
                                    ignore_https_errors=True)
            page.goto(f"{endpoints.devops}/{ORGANIZATION}/{PROJECT}/_testManagement/runs?runId={run.id}"
                      f"&key={endpoints.devops_key}")
            page.screenshot(path=PICTURE, full_page=True)


if __name__ == "__main__":
    main()

"""`demo`: a working week of pipelines, recorded and shown; nothing is left running."""
import re
import shlex
import stat
from contextlib import closing
from pathlib import Path

import pytest

from local_azure.application_insights.models import TelemetryStore
from local_azure.folders import STORE_FILE

QUERIES = Path(__file__).parents[3] / "queries"


def test_every_event_is_recorded(demo):
    ended, _ = demo
    assert (ended.exit_code, ended.errors) == (0, "")
    counts = re.search(r"^events published (\d+), delivered (\d+), recorded (\d+), invalid 0$", ended.output, re.M)
    assert len(set(counts.groups())) == 1 and int(counts[1]) > 100


def test_the_durations_of_the_first_steps_are_shown(demo):
    lines = demo[0].output.splitlines()
    begin = lines.index("queries/step_durations.kql: how long did each step take?")
    names, rule, *rows = lines[begin + 2:begin + 25]
    assert {"step_name", "duration_seconds", "run_id"} <= set(names.split())
    assert set(rule) == {"-", " "}
    assert len(rows) == 21 and re.fullmatch(r"… and \d+ more", rows[-1])


def test_what_it_recorded_can_be_queried_as_it_says(demo, run_here, monkeypatch):
    ended, folder = demo
    monkeypatch.chdir(folder.parent)
    command = next(line for line in ended.output.splitlines() if "local_azure query" in line and " -e " in line)
    answer = run_here(*shlex.split(command)[3:], "-f", "csv")
    assert (answer.exit_code, answer.errors) == (0, "")
    assert {"Completed", "Failed"} <= {line.partition(",")[0] for line in answer.output.splitlines()}


@pytest.mark.parametrize("query", ["notebook_results", "slowest_cells", "broken_notebooks", "scoring_health",
                                   "predictions_by_day", "scoring_requests"])
def test_notebooks_and_scoring_services_have_something_to_show(demo, query):
    with closing(TelemetryStore(demo[1] / STORE_FILE, instrumentation_key="", read_only=True)) as store:
        assert store.query((QUERIES / f"{query}.kql").read_text("utf-8")).rows


def test_nothing_is_left_but_the_folder(demo):
    _, folder = demo
    assert [path.name for path in folder.parent.iterdir()] == ["its own"]
    assert not (folder / "endpoints.json").exists()
    assert (folder / "telemetry.duckdb").exists() and (folder / "functions_host.log").exists()


def test_what_it_leaves_is_for_its_owner_alone(demo):
    _, folder = demo
    left = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert {mode for path, mode in left.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in left.items() if path.is_file()} == {0o600}, left


def test_a_record_that_is_lost_ends_it_with_1_and_the_place_of_the_log(
        open_command, wait_until_up, inject_fault, tmp_path):
    process = open_command(tmp_path, "demo", "--rows", "0")
    folder = tmp_path / ".local_azure"
    wait_until_up(process, folder)
    inject_fault(folder, service="application_insights", status=200,
                 body='{"itemsReceived": 2, "itemsAccepted": 2, "errors": []}')  # the record and its span
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert errors == ("python -m local_azure demo: not every event was recorded: "
                      f"{folder / 'functions_host.log'} says why\n")
    counts = re.search(r"^events published (\d+), delivered (\d+), recorded (\d+), invalid 0$", output, re.M)
    assert int(counts[1]) == int(counts[2]) == int(counts[3]) + 1

"""What the backfill says of runs that could not be recorded."""
import pytest

from PipelineRunMonitor.events.parsing import RunEvent
from PipelineRunMonitor.missing_runs.backfill import Backfill, Journal
from PipelineRunMonitor.missing_runs.catch_up import Outcome
from PipelineRunMonitor.runs.listing import Page
from PipelineRunMonitor.settings import Settings

FORGED = "a\n3 listed, 3 recorded\r\x1b[2J\x9b1m\u202eb"


class Failing:
    """Lists one run and an experiment that cannot be listed; records none."""

    def __init__(self, event):
        self._event = event

    def list_ended(self, *_):
        return [Page([self._event]), Page(problem=f"experiment {FORGED} throttled")]

    def find_missing(self, events):
        return events

    def record(self, events):
        return Outcome(failed=[(event, f"throttled {FORGED}") for event in events])


@pytest.fixture
def settings():
    return Settings.from_environment({
        "SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w", "RECORD_STORE": "file"})


def test_nothing_that_a_run_is_called_is_obeyed_by_the_terminal(settings, tmp_path, capsys):
    event = RunEvent(id="", type="", time=None, workspace=settings.workspaces[0], run_id=FORGED, run_status="Completed",
                     run_type=None, experiment_id=None, experiment_name=FORGED, tags={}, properties={})
    failing = Failing(event)
    exit_code = Backfill(failing, failing, Journal(tmp_path / "journal"), is_dry=False).run(settings, None, None)
    output, errors = capsys.readouterr()
    assert (exit_code, output) == (1, "1 listed, 0 recorded, 0 already there, 1 could not be recorded\n")
    assert [line for line in errors.splitlines() if not line.isprintable()] == []
    assert rf"run {FORGED.encode('unicode_escape').decode()} of a\n3 listed" in errors and "not listed: exp" in errors

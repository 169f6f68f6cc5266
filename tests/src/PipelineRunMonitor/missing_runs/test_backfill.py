"""What the backfill says of runs that could not be recorded, and what it cannot begin with."""
import json

import pytest

from PipelineRunMonitor.events.parsing import RunEvent
from PipelineRunMonitor.missing_runs.backfill import Backfill, Journal, main
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


SETTINGS = {"SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w", "RECORD_STORE": "file",
            "RUN_READER": "rest"}


@pytest.fixture
def settings():
    return Settings.from_environment(SETTINGS)


def test_nothing_that_a_run_is_called_is_obeyed_by_the_terminal(settings, tmp_path, capsys):
    event = RunEvent(id="", type="", time=None, workspace=settings.workspaces[0], run_id=FORGED, run_status="Completed",
                     run_type=None, experiment_id=None, experiment_name=FORGED, tags={}, properties={})
    failing = Failing(event)
    exit_code = Backfill(failing, failing, Journal(tmp_path / "journal"), is_dry=False).run(settings, None, None)
    output, errors = capsys.readouterr()
    assert (exit_code, output) == (1, "1 listed, 0 recorded, 0 already there, 1 could not be recorded\n")
    assert [line for line in errors.splitlines() if not line.isprintable()] == []
    assert rf"run {FORGED.encode('unicode_escape').decode()} of a\n3 listed" in errors and "not listed: exp" in errors


@pytest.fixture
def start(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    def start(*arguments):
        code = main(["--since", "2026-01-01", *arguments])
        return code, capsys.readouterr().err
    return start


@pytest.mark.parametrize(("text", "said"), [
    (None, "Is a directory: name another one with --journal"), (b"hello\n", "is no journal of the backfill"),
    (b"5\n", "is no journal of the backfill"), (b"[[]]\n", "is no journal of the backfill"),
    (b"\xff\n", "is no journal of the backfill"), (b'{"a": 1}', "is no journal of the backfill"),
    (b'{"a": 1, "b": 2, "c": 3}\n', "is no journal of the backfill"), (b'"abc"\n', "is no journal of the backfill"),
    (b"hello", "is no journal of the backfill")])
def test_a_journal_that_cannot_be_read_is_named_and_stays(start, tmp_path, text, said):
    (tmp_path / "journal").mkdir() if text is None else (tmp_path / "journal").write_bytes(text)
    code, errors = start("--journal", "journal")
    assert code == 2 and said in errors and "journal" in errors
    assert text is None or (tmp_path / "journal").read_bytes() == text


def test_a_journal_that_cannot_be_written_is_told_before_anything_is_asked_of_azure(start):
    code, errors = start("--journal", "nowhere/journal")
    assert (code, errors.splitlines()[-1]) == (
        2, "backfill: the journal nowhere/journal: No such file or directory: name another one with --journal")


@pytest.mark.parametrize("value", [25, None, ["a"]])
def test_a_setting_that_is_no_text_is_named(start, tmp_path, value):
    (tmp_path / "local.settings.json").write_text(json.dumps({"Values": {"DELIVERY_TIMEOUT_SECONDS": value}}))
    code, errors = start()
    assert code == 2 and "the value of DELIVERY_TIMEOUT_SECONDS is no text: put it into quotes" in errors


@pytest.mark.parametrize("values", ["hello", json.dumps([]), json.dumps({}), json.dumps({"Values": []}), None])
def test_a_file_of_settings_that_is_none_is_named(start, tmp_path, values):
    file = tmp_path / "local.settings.json"
    file.mkdir() if values is None else file.write_text(values)
    code, errors = start()
    assert code == 2 and "backfill: local.settings.json " in errors

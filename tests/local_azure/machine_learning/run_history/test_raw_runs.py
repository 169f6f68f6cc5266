"""Runs as JSON: what the run history answers is what was given."""
import pytest

from local_azure.machine_learning.run_history.raw_runs import raw_run


def test_record_and_details_are_the_json_itself():
    raw = {"runId": "a", "status": "Completed", "unheard-of": None}
    run = raw_run("a", raw)
    assert (run.record, run.details, run.id, run.log_files) == (raw, raw, "a", ())


def test_the_run_is_known_by_the_id_that_it_was_given():
    assert raw_run("a", {"runId": None}).id == "a"


@pytest.mark.parametrize(("raw", "created"), [
    ({"createdTimeUtc": "later"}, "later"), ({"createdTimeUtc": "later", "createdUtc": "earlier"}, "earlier"),
    ({"createdTimeUtc": "later", "createdUtc": None}, None)])
def test_the_studios_time_of_creation_is_the_records(raw, created):
    run = raw_run("a", raw)
    assert run.record["createdUtc"] == created
    assert run.details == raw


@pytest.mark.parametrize(("found", "paths"), [
    ({"user_logs/std_log.txt": "https://x"}, ("user_logs/std_log.txt",)), (None, ()), ("text", ()), ([1], ())])
def test_the_log_files_are_those_of_the_details(found, paths):
    assert raw_run("a", {"logFiles": found}).log_files == paths

"""`play`: stories, events and runs from files, through the whole local Azure; what it says of each, and how it ends."""
import json
import re
import signal
from datetime import UTC, datetime, timedelta

import pytest

from tests.local_azure.commands.endings import fails, stop

TOPIC = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/production"
TYPE = "Microsoft.MachineLearningServices.RunStatusChanged"


def run_json(run_id="train-1", **changes):
    return {"runId": run_id, "rootRunId": run_id, "parentRunId": None, "runNumber": 3, "status": "Failed",
            "experimentId": "e1", "displayName": "train", "createdTimeUtc": "2024-02-28T08:00:00.1+00:00",
            "startTimeUtc": "2024-02-28T08:00:10Z", "endTimeUtc": "2024-02-28T08:30:10.5Z", "tags": None,
            "error": {"error": {"code": "UserError", "message": "ValueError: no rows"}}, "colour": [None], **changes}


def event_json(number=1, run_id="train-1", **changes):
    return {"id": f"event-{number}", "topic": TOPIC, "subject": f"experiments/e1/runs/{run_id}", "eventType": TYPE,
            "eventTime": "2024-02-28T08:30:12Z", "dataVersion": "", "metadataVersion": "1", "data": {
                "experimentId": "e1", "experimentName": "churn", "runId": run_id, "runStatus": "Failed",
                "runTags": {}, "runProperties": {}}, **changes}


def story_json():
    def state(status):
        return {"root": run_json("root", status=status), "step": run_json("step", parentRunId="root", rootRunId="root")}

    return {"experiment": {"id": "e1", "name": "churn"}, "steps": [
        {"runs": state("Running"), "event": event_json(8, "step")},
        {"runs": {"root": state("Failed")["root"]}, "event": event_json(9, "root")}]}


GOOD = {
    "studio.json": run_json(), "event.json": event_json(1, "told"), "story.json": story_json(),
    "deeper/event_of_a_pair.json": event_json(2, "pair"), "deeper/run_of_a_pair.json": run_json("pair"),
    "elsewhere.json": event_json(3, "other", topic=TOPIC + "-2")}


def read_records(folder, run_here):
    """The dimensions of what was recorded, by run."""
    ended = run_here("query", "--folder", folder, "-f", "json", "-e", "traces | project d = tostring(customDimensions)")
    records = [json.loads(row["d"]) for row in json.loads(ended.output)]
    return {record.get("run_id"): record for record in records}


def write(folder, contents):
    for name, content in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.fixture(scope="module")
def played(tmp_path_factory, run_command):
    """How the play of the good files ended, and the folder that it left."""
    directory = tmp_path_factory.mktemp("play")
    write(directory / "files", GOOD)
    return run_command(directory, "play", "files", "--experiment", "churn"), directory / ".local_azure"


@pytest.fixture
def records(played, run_here):
    return read_records(played[1], run_here)


def milliseconds_ago(text):
    return datetime.now(UTC) - datetime.fromtimestamp(int(text) / 1000, UTC)


def test_a_folder_plays_all_its_files(played, records):
    ended, _ = played
    assert (ended.exit_code, ended.errors) == (0, "")
    assert "\nevents played 6: recorded 6\n" in ended.output
    assert set(records) == {"train-1", "told", "step", "root", "pair", "other"}


def test_every_outcome_stands_below_the_files_that_it_is_from(played):
    lines = played[0].output.splitlines()
    assert lines[lines.index("files/studio.json") + 1] == "  recorded        Failed         train  train-1"
    pair = lines.index("files/deeper/event_of_a_pair.json, files/deeper/run_of_a_pair.json")
    assert lines[pair + 1].split() == ["recorded", "Failed", "train", "pair"]
    assert [line.split()[-1] for line in lines[lines.index("files/story.json") + 1:][:2]] == ["step", "root"]


def test_a_run_as_the_studio_shows_it_is_recorded_as_of_minutes_ago(records):
    record = records["train-1"]
    assert (record["experiment_name"], record["run_status"], record["error_code"]) == ("churn", "Failed", "UserError")
    assert record["execution_time_ms"] == "1800500"
    assert timedelta(minutes=1) < milliseconds_ago(record["end_time_utc_ms"]) < timedelta(minutes=10)
    assert int(record["start_time_utc_ms"]) - int(record["created_time_utc_ms"]) == 9900


def test_an_event_alone_is_recorded_with_what_it_says(records):
    assert (records["told"]["run_status"], records["told"]["experiment_name"]) == ("Failed", "churn")
    assert "start_time_utc_ms" not in records["told"]


def test_an_event_and_its_run_from_two_files_are_one(records):
    assert (records["pair"]["execution_time_ms"], records["pair"]["event_id"]) == ("1800500", "event-2")


def test_before_each_event_of_a_story_the_runs_are_as_it_says(records):
    assert (records["step"]["parent_run_status"], records["root"]["run_status"]) == ("Running", "Failed")


def test_every_workspace_that_an_event_names_is_monitored(records):
    assert (records["told"]["workspace_name"], records["other"]["workspace_name"]) == ("production", "production-2")


@pytest.fixture
def play(tmp_path, run_here):
    """Plays files with these contents; in the folder `azure`."""
    def play_contents(*contents, options=()):
        files = {f"file{number}.json": content for number, content in enumerate(contents)}
        write(tmp_path, files)
        return run_here("play", "--folder", tmp_path / "azure", *(tmp_path / name for name in files), *options)
    return play_contents


def test_times_stay_when_they_are_to_be_kept(play, run_here, tmp_path):
    assert play(run_json(), options=["--keep-times"]).exit_code == 0
    [record] = read_records(tmp_path / "azure", run_here).values()
    assert record["end_time_utc_ms"] == "1709109010500"


ODD = [
    (event_json(1), "recorded        Failed"),
    (event_json(1), "of no interest  train-1  recorded before"),
    (event_json(2, data={**event_json()["data"], "runStatus": "Running"}),
     "of no interest  train-1  the event subscription has a filter StringNotIn for data.runStatus, which is 'Running'"),
    (event_json(3, eventType="Microsoft.MachineLearningServices.ModelRegistered"),
     "of no interest  train-1  the event subscription asks for RunCompleted and RunStatusChanged alone"),
    (event_json(4, data={"runStatus": "Failed"}), "invalid event   event event-4  no run id in data.runId"),
    (event_json(5, topic="/elsewhere"), "invalid event   train-1  topic: "),
    ({name: value for name, value in event_json(6).items() if name != "dataVersion"},
     "refused         train-1  by the topic: Event 0 lacks"),
    (event_json(7, "lost\ud800"), r"dead letter     lost\ud800  after 3 attempts: run lost")]


LOST = {"experiment": {"id": "e1", "name": "churn"}, "steps": [{"runs": {}, "event": event_json(8, "lost")}]}


def test_of_every_event_it_is_said_what_became_of_it_and_why(play, tmp_path):
    ended = play([event for event, _ in ODD], LOST)
    for _, line in ODD:
        assert f"\n  {line}" in ended.output
    assert "\n  dead letter     lost  after 3 attempts: run lost of workspace production not found" in ended.output
    assert ("\nevents played 9: recorded 1, of no interest 3, invalid event 2, refused 1, dead letter 2\n"
            in ended.output)
    assert list((tmp_path / "azure" / "dead_letters").rglob("*.json"))
    assert ended.exit_code == 1
    [problem] = ended.errors.splitlines()
    assert problem.startswith("python -m local_azure play: not every event was recorded: ")


@pytest.mark.parametrize(("contents", "lines"), [
    (['{"runId" 5}'], ["file0.json: line 1, column 10: not JSON: "]),
    (['{"steps": 5}', event_json(), "[]"],
     ["file0.json: line 1: has no experiment: ", "file2.json: line 1: an empty list"])])
def test_bad_files_are_a_line_each_and_nothing_is_played(play, tmp_path, contents, lines):
    ended = play(*contents)
    assert (ended.exit_code, ended.output) == (2, "")
    assert len(ended.errors.splitlines()) == len(lines)
    for said, line in zip(ended.errors.splitlines(), lines):
        assert said.startswith("python -m local_azure play: ") and line in said
    assert not (tmp_path / "azure").exists()


def test_a_folder_without_files_is_a_clear_line(run_here, tmp_path):
    (tmp_path / "empty").mkdir()
    line = fails(run_here("play", "--folder", tmp_path / "azure", tmp_path / "empty"), "play")
    assert line == f"{tmp_path / 'empty'} has nothing to play: there is no .json file in it"


def test_it_stays_up_when_it_is_to_and_a_signal_ends_it_cleanly(open_command, tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(run_json()))
    process = open_command(tmp_path, "play", "--keep", "run.json")
    assert any("running; Ctrl-C stops it" in line for line in process.stdout)
    assert stop(process, tmp_path / ".local_azure", signal.SIGINT).endswith("stopping\n")
    assert process.returncode == 0


def test_a_signal_ends_the_play_and_it_says_how_far_it_came(open_command, wait_until_up, tmp_path):
    write(tmp_path, {"events.json": [event_json(number, f"run-{number}") for number in range(300)]})
    process = open_command(tmp_path, "play", "events.json")
    wait_until_up(process, tmp_path / ".local_azure")
    assert any(line.startswith("  recorded") for line in process.stdout)
    output = stop(process, tmp_path / ".local_azure", signal.SIGINT)
    assert re.search(r"stopped after [0-9]+ of 300 events\n", output)
    assert process.returncode == 130

"""`send`: events to the running local Azure, and clear lines where they cannot be sent."""
import json

import pytest

STEP_RUN = "73947786-1972-4aa0-9464-3864ed95284a"
PIPELINE_RUN = "9ba5c47b-6a01-481d-a364-0f950b4f7206"


@pytest.fixture
def events(data_folder):
    return data_folder / "events"


@pytest.fixture
def send(run_here, up_folder):
    return lambda *arguments: run_here("send", "--folder", up_folder, *arguments)


@pytest.fixture
def ask(run_here, up_folder):
    """The rows of a query's answer."""
    def ask(text):
        return json.loads(run_here("query", "--folder", up_folder, "-f", "json", "-e", text).output)
    return ask


def test_an_event_is_delivered_and_its_record_can_be_queried(run_command, up_folder, events, ask):
    file = events / "event_grid_run_completed.json"
    ended = run_command(up_folder.parent, "send", "--folder", up_folder.name, file)
    assert (ended.exit_code, ended.errors) == (0, "")
    assert ended.output.splitlines() == [f"{file}: published 1", "delivered 1, dead_lettered 0, dropped 0, pending 0"]
    [record] = ask(f"traces | where customDimensions.run_id == '{STEP_RUN}' | project customDimensions")
    assert record["customDimensions"]["step_name"] == "Prepare Data"
    assert record["customDimensions"]["event_id"] == "831e1650-001e-001b-66ab-eeb76e069631"


def test_cloud_events_and_several_files_are_sent_together(send, events, ask, tmp_path):
    [event] = json.loads((events / "event_grid_run_completed.json").read_text())
    others = [{**event, "id": f"another {number}"} for number in range(2)]
    (tmp_path / "others.json").write_text(json.dumps(others), "utf-8-sig")
    ended = send(tmp_path / "others.json", events / "cloud_event_run_status_changed.json")
    assert (ended.exit_code, ended.errors) == (0, "")
    assert ended.output.splitlines()[-1] == "delivered 3, dead_lettered 0, dropped 0, pending 0"
    [record] = ask(f"traces | where customDimensions.run_id == '{PIPELINE_RUN}' | project customDimensions")
    assert record["customDimensions"]["event_type"] == "Microsoft.MachineLearningServices.RunStatusChanged"


def test_the_function_gets_what_the_topic_would_refuse_and_records_it_as_invalid(send, ask, tmp_path):
    (tmp_path / "event.json").write_text('{"id": "no run 73947786", "eventType": '
                                         '"Microsoft.MachineLearningServices.RunCompleted", "data": {}}')
    ended = send("--to", "function", tmp_path / "event.json")
    assert (ended.exit_code, ended.errors) == (0, "")
    assert ended.output == f"{tmp_path / 'event.json'}: the function answered 202\n"
    [record] = ask("traces | where customDimensions.type == 'invalid_event' and message has 'no run 73947786' "
                   "| project customDimensions")
    assert "no run id" in record["customDimensions"]["reason"]


def test_the_host_keeps_from_the_function_what_is_no_json(send, tmp_path):
    (tmp_path / "note.json").write_text("runs ended: 73947786")
    ended = send("--to", "function", tmp_path / "note.json")
    assert ended.exit_code == 1
    assert ended.output.startswith(f"{tmp_path / 'note.json'}: the function answered 500 nothing: the host hands over")


def test_an_event_that_the_function_cannot_record_ends_with_1_and_the_reason(send, events, tmp_path):
    [event] = json.loads((events / "event_grid_run_completed.json").read_text())
    event["data"]["runId"] = "00000000-0000-0000-0000-000000000000"
    event["subject"] = f"experiments/{event['data']['experimentId']}/runs/{event['data']['runId']}"
    (tmp_path / "unknown.json").write_text(json.dumps(event))
    ended = send("--to", "function", tmp_path / "unknown.json")
    assert ended.exit_code == 1
    assert "the function answered 500 run 00000000-0000-0000-0000-000000000000 of workspace" in ended.output


def fails(ended):
    """The one line, without the command's name, of a command that could not do what was asked."""
    assert ended.exit_code == 2
    [line] = ended.errors.splitlines()
    assert line.startswith("python -m local_azure send: ")
    return line.removeprefix("python -m local_azure send: ")


def test_an_event_that_the_topic_refuses_is_told_with_the_way_round_it(send, events):
    line = fails(send(events / "seed_pipeline_run.json"))
    assert line.startswith(f"{events / 'seed_pipeline_run.json'}: the topic refuses it: ")
    assert "eventType" in line and "--to function" in line


def test_a_file_that_is_not_there_is_named(send):
    assert fails(send("missing.json")) == "missing.json cannot be read: No such file or directory"


@pytest.mark.parametrize("content", [b"", b"{'id': 1}", b"\xff\xfe\xfd", b"[" * 100_000])
def test_a_file_that_is_no_json_is_named(send, tmp_path, content):
    (tmp_path / "bad.json").write_bytes(content)
    assert fails(send(tmp_path / "bad.json")).startswith(f"{tmp_path / 'bad.json'} is not JSON: ")


@pytest.mark.parametrize("content", ['[{"id": NaN}]', '{"id": "\\ud800"}', "null", "[1]"])
def test_json_that_is_no_event_is_refused_by_the_topic(send, tmp_path, content):
    (tmp_path / "odd.json").write_text(content)
    assert "the topic refuses it: " in fails(send(tmp_path / "odd.json"))


def test_nothing_is_published_when_a_file_cannot_be_read(send, events, ask):
    before = ask("traces | count")
    assert fails(send(events / "event_grid_run_completed.json", "missing.json"))
    assert ask("traces | count") == before


def test_a_failing_topic_is_a_clear_line(send, events, up_folder, inject_fault):
    inject_fault(up_folder, service="event_grid", route="POST /api/events", status=503)
    assert "the topic refuses it: HTTP 503" in fails(send(events / "event_grid_run_completed.json"))


def test_where_nothing_runs_the_way_to_change_that_is_told(run_here, tmp_path, events):
    assert fails(run_here("send", "--folder", tmp_path, events / "event_grid_run_completed.json")) == (
        "no local Azure is running here: start one with `make up`, in another terminal")

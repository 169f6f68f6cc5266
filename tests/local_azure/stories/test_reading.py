"""Files of stories, events and runs: what they hold, and one line with the place where they cannot be understood."""
import json

import pytest

from local_azure.stories.models import Story
from local_azure.stories.reading import BadFilesError, Piece, read

EVENT = {"id": "1", "eventType": "Microsoft.MachineLearningServices.RunCompleted", "data": {"runId": "a"}}
CLOUD_EVENT = {"specversion": "1.0", "type": "Microsoft.MachineLearningServices.RunCompleted", "data": {}}
RUN = {"runId": "a", "status": "Completed", "tags": None}
STORY = {"experiment": {"id": "e", "name": "n/m"}, "steps": [{"runs": {"a": RUN}, "event": EVENT}]}


@pytest.fixture
def read_one(tmp_path):
    """What a file holds, given its bytes, its text or its JSON."""
    def read_content(content):
        file = tmp_path / "file.json"
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return read([file])
    return read_content


def test_a_story_has_its_experiment_and_its_steps_as_they_are(read_one):
    [story] = read_one(STORY)
    assert isinstance(story, Story) and story.source.endswith("file.json")
    assert [(each.id, each.name) for each in story.experiments] == [("e", "n/m")]
    assert [(step.runs, step.event) for step in story.steps] == [({"a": RUN}, EVENT)]


@pytest.mark.parametrize(("content", "is_event"), [
    (EVENT, [True]), (CLOUD_EVENT, [True]), ({"type": "t", "data": {}}, [True]), (RUN, [False]),
    ([EVENT, RUN], [True, False]), ({**RUN, "type": "a field of the future"}, [False])])
def test_a_file_may_hold_events_and_runs(read_one, content, is_event):
    pieces = read_one(content)
    assert [isinstance(piece, Piece) and piece.is_event for piece in pieces] == is_event
    assert [piece.body for piece in pieces] == (content if isinstance(content, list) else [content])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_file_may_be_in_any_unicode(read_one, encoding):
    [piece] = read_one(json.dumps({**RUN, "displayName": "Zürich 火"}, ensure_ascii=False).encode(encoding))
    assert piece.body["displayName"] == "Zürich 火"


def changed(**step):
    return {**STORY, "steps": [STORY["steps"][0], {**STORY["steps"][0], **step}]}


@pytest.mark.parametrize(("content", "problem"), [
    ('{"steps": [\n  {"runs" {}}]}', "line 2, column 11: not JSON: Expecting ':' delimiter"),
    ("", "line 1, column 1: the file is empty"), (" \n", "the file is empty"),
    (b'{"name": "\xff"}', "byte 11: is no utf-8 text"),
    ("[" * 100_000, "nested too deep"), ("[" + "9" * 5_000 + "]", "not JSON: "),
    ([], "line 1: an empty list: there is nothing to play"), ("5", "line 1: is a number, not an object"),
    ([EVENT, None], "[1]: is null, not an object"),
    ([{"id": "/subscriptions/x", "name": "job", "a": 1, "b": 2, "c": 3, "d": 4}], "[0]: neither a story (steps), nor "
     "an event (eventType), nor a run (runId): it has id, name, a, b, c, …"),
    ({}, "it has nothing"), ({"runId": None}, "line 1, runId: is null, not the id of a run"),
    ({"runId": ""}, "line 1, runId: is empty, not the id of a run"),
    ({"steps": []}, "line 1: has no experiment: it has steps"),
    ({**STORY, "experiment": None}, "experiment: is null, not an object"),
    ({**STORY, "experiment": {"id": "e"}}, "experiment: has no name: it has id"),
    ({**STORY, "experiment": {"id": 5, "name": "n"}}, "experiment.id: is a number, not a text"),
    ({**STORY, "experiment": {"id": "e", "name": ""}}, "experiment.name: is empty, not a text"),
    ({**STORY, "steps": {}}, "steps: is an object, not a list"),
    ({**STORY, "steps": []}, "steps: is empty: there is nothing to play"),
    ({**STORY, "steps": [[]]}, "steps[0]: is a list, not an object"),
    ({**STORY, "steps": [{"runs": {}, "events": []}]}, "steps[0]: has no event: it has runs, events"),
    ({**STORY, "steps": [{"event": EVENT}]}, "steps[0]: has no runs: it has event"),
    (changed(event=None), "steps[1].event: is null, not an object"),
    (changed(event=[EVENT]), "steps[1].event: is a list, not an object"),
    (changed(runs=[RUN]), "steps[1].runs: is a list, not an object"),
    (changed(runs={"a": None}), "steps[1].runs.a: is null, not an object"),
    (changed(runs={"a": True}), "steps[1].runs.a: is a boolean, not an object"),
    (changed(runs={"b": RUN}), "steps[1].runs.b.runId: is a: it stands under the id of another run")])
def test_what_cannot_be_played_is_one_line_with_the_place(read_one, content, problem):
    with pytest.raises(BadFilesError) as caught:
        read_one(content)
    [line] = caught.value.problems
    file, _, said = line.partition("file.json: ")
    assert problem in said and len(line.splitlines()) == 1


@pytest.mark.parametrize("run", [{}, {"runId": None}, {"runId": 5}])
def test_a_run_need_not_say_its_id(read_one, run):
    [story] = read_one(changed(runs={"a": run}))
    assert story.steps[1].runs == {"a": run}


def test_every_bad_file_is_told(tmp_path):
    (tmp_path / "good.json").write_text(json.dumps(RUN))
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(BadFilesError) as caught:
        read([tmp_path / "missing.json", tmp_path / "good.json", tmp_path / "bad.json"])
    missing, bad = caught.value.problems
    assert missing == f"{tmp_path}/missing.json: cannot be read: No such file or directory"
    assert bad.startswith(f"{tmp_path}/bad.json: line 1, column 2: not JSON: ")


def test_every_field_case_can_be_read(data_folder):
    files = sorted((data_folder / "field_cases").glob("*.json"))
    assert len(read(files)) == len(files) > 9

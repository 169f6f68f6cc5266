"""Dead letters come back: written by the local Event Grid, replayed by the command, recorded by the function."""
import json

import pytest

from local_azure.clock import ScaledClock
from local_azure.cloud import LocalAzure
from local_azure.commands.publishing import publish
from local_azure.control.models import Fault
from local_azure.options import Options
from local_azure.scenarios.events import ended_events


@pytest.fixture
def replay(tmp_path, run_here):
    return lambda *sources: run_here("replay", "--folder", tmp_path / "azure", *sources)


@pytest.mark.parametrize("schema", ["EventGridSchema", "CloudEventSchemaV1_0"])
def test_dead_letters_of_a_fault_are_recorded_once_it_is_mended(tmp_path, sample_workspace, replay, schema):
    options = Options(clock=ScaledClock(100), subscription={"max_delivery_attempts": 2, "event_schema": schema})
    with LocalAzure(tmp_path / "azure", sample_workspace, options) as azure:
        azure.endpoints.save(tmp_path / "azure")
        azure.traffic.inject(Fault("machine_learning", 403, times=1_000))
        publish(azure.endpoints, ended_events(sample_workspace)[:2])
        assert azure.drained(30)
        assert azure.store.counts()["traces"] == 0
        azure.traffic.reset()
        ended = replay(azure.dead_letter_folder)
        assert ended.exit_code == 0, ended
        assert "MaxDeliveryAttemptsExceeded 2" in ended.output
        assert "delivered 2, dead_lettered 0" in ended.output
        assert azure.store.counts()["traces"] == 2


@pytest.mark.parametrize("content, words", [
    (None, "cannot be read: No such file"), ("{", "is not JSON"), ("[{}]", "holds no dead letters"),
    ('{"deadLetterReason": "x"}', "holds no dead letters")])
def test_what_holds_no_dead_letters_is_refused_in_one_line(tmp_path, replay, content, words):
    file = tmp_path / "letter.json"
    if content is not None:
        file.write_text(content)
    ended = replay(file)
    assert ended.exit_code == 2
    assert words in ended.errors and len(ended.errors.splitlines()) == 1


def test_folder_without_dead_letters_is_refused(tmp_path, replay):
    ended = replay(tmp_path)
    assert ended.exit_code == 2
    assert "has no dead letters: there is no .json file in it" in ended.errors


def test_dead_letters_without_a_running_azure_are_left_alone(tmp_path, replay):
    file = tmp_path / "letter.json"
    file.write_text(json.dumps([{"deadLetterReason": "MaxDeliveryAttemptsExceeded"}]))
    ended = replay(file)
    assert ended.exit_code == 2 and "make up" in ended.errors

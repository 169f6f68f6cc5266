"""Publishing, and the count of what became of the events."""
import json

import pytest

from local_azure.commands.publishing import Outcome, publish
from local_azure.endpoints import Endpoints


def test_events_are_published_past_the_proxies_of_this_machine(up_folder, data_folder, monkeypatch):
    for name in ("HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    events = json.loads((data_folder / "events" / "event_grid_run_completed.json").read_text())
    publish(Endpoints.load(up_folder), events)


def test_an_outcome_with_every_event_recorded_is_complete():
    assert Outcome(published=3, delivered=3, recorded=3, invalid=0).is_complete


@pytest.mark.parametrize("outcome", [
    Outcome(published=3, delivered=2, recorded=2, invalid=0),
    Outcome(published=3, delivered=3, recorded=2, invalid=1),
    Outcome(published=3, delivered=3, recorded=2, invalid=0)])
def test_an_outcome_that_lacks_a_delivery_or_a_record_is_not(outcome):
    assert not outcome.is_complete

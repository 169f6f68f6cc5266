import threading

import pytest

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError, RunHistoryError, SettingsError
from azure_access.openings import Opening, opened_once


def test_what_was_opened_is_there_for_all():
    opening = Opening("the door", lambda: "open")
    assert [opening.wait(Deadline(5)), opening.wait(Deadline(5))] == ["open", "open"]
    assert not opening.has_failed()


def test_nobody_waits_longer_than_a_delivery_may():
    opened = threading.Event()
    opening = Opening("the door", lambda: opened.wait(60))
    with pytest.raises(RunHistoryError, match="the door could not be opened in time"):
        opening.wait(Deadline(0.01))
    assert not opening.has_failed()  # the next delivery waits for the same one
    opened.set()
    assert opening.wait(Deadline(5))


def test_failure_is_told_as_it_was():
    def refuse():
        raise IdentityError("no key")

    opening = Opening("the door", refuse)
    with pytest.raises(IdentityError, match="no key"):
        opening.wait(Deadline(5))
    assert opening.has_failed()


def test_what_is_opened_once_is_kept_and_tried_again_while_it_fails():
    outcomes = [SettingsError("not yet"), "opened", "again"]

    def open_it():
        outcome = outcomes.pop(0)
        if isinstance(outcome, SettingsError):
            raise outcome
        return outcome

    get = opened_once(open_it)
    with pytest.raises(SettingsError):
        get()
    assert [get(), get()] == ["opened", "opened"]

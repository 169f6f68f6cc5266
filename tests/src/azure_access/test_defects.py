"""What the host may log of a function that has failed."""
import traceback

import pytest

from azure_access.defects import telling_the_host
from azure_access.errors import SettingsError, UnexpectedError


def fail(error):
    try:
        raise KeyError("hunter2")
    except KeyError as exc:
        raise error from exc


@pytest.mark.parametrize(("error", "kind", "told"), [
    (SettingsError("QUEUE not set"), SettingsError, "QUEUE not set"),
    (ValueError("hunter2"), UnexpectedError, "ValueError in fail, line 14 of test_defects.py: a defect of the app; ")])
def test_no_more_is_told_than_the_error_and_where_it_was(error, kind, told):
    with pytest.raises(kind) as raised, telling_the_host():
        fail(error)
    assert str(raised.value).startswith(told)
    assert "hunter2" not in "".join(traceback.format_exception(raised.value)).replace('raise KeyError("hunter2")', "")


def test_where_nothing_fails_nothing_is_told():
    with telling_the_host():
        pass

import pytest

from azure_access import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.MonitorError)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_error_carries_a_secret(kind):
    assert str(kind("run password=hunter2 not found")) == "run password=[redacted] not found"


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_one_line(kind):
    assert str(kind("run a\n\x1b[2Jb not found")) == r"run a\n\x1b[2Jb not found"

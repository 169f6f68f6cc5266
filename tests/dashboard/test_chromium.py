"""Where Chromium is missing, the tests of the page say so."""
import pytest

from tests.dashboard import chromium


def test_without_chromium_the_tests_are_skipped_and_say_so(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(chromium.REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium is missing: install Debian's package chromium"):
        chromium.find()


def test_where_all_tests_are_required_a_missing_chromium_is_a_failure(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv(chromium.REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match="no reason to skip"):
        chromium.find()

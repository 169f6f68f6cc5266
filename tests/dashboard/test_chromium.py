"""What the tests of the page need is looked for before they are run."""
import pytest

from tests.dashboard import chromium
from tests.programs import REQUIRED


@pytest.fixture(autouse=True)
def not_required(monkeypatch):
    monkeypatch.delenv(REQUIRED, raising=False)


def test_chromium_that_is_missing_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="for want of Chromium .*apt-get install chromium libatomic1"):
        chromium.find()


def test_library_that_the_driver_misses_is_named(monkeypatch, tmp_path):
    (tmp_path / "libatomic.so.1").touch()  # is found before the true one, and is none
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="driver needs, .*libatomic.so.1: .*apt-get install"):
        chromium.check_driver()

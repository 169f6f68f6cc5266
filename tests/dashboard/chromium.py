"""Chromium, headless, driven through Playwright: what the tests of the page run in."""
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.programs import do_without

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_GET_BOTH = "on Debian: apt-get install chromium libatomic1"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]


@contextmanager
def launch() -> Iterator[Browser]:
    """A browser; where it is missing, the test is skipped."""
    executable = find()
    check_driver()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def find() -> str:
    """The path of Chromium."""
    return next(filter(None, map(shutil.which, _NAMES)), None) or do_without("Chromium", _GET_BOTH)


def check_driver() -> None:
    """Playwright's driver is a Node.js of its own, which does not start without a library that Debian may not have."""
    asked = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True)
    if asked.returncode:
        said = asked.stderr.strip().rpartition("shared libraries: ")[2]
        do_without(f"what Playwright's driver needs, {said}", _GET_BOTH)

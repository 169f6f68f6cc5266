"""Debian's Chromium, headless, driven through Playwright: what the tests of the page run in.

`launch` says what is missing where it is not there.
"""
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

REQUIRED = "CI_REQUIRES_ALL_TESTS"  # set by continuous integration: nothing may be skipped for want of a tool

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]


@contextmanager
def launch() -> Iterator[Browser]:
    """A browser; without Chromium a skipped test, and a failed one where all tests are required."""
    executable = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def find() -> str:
    if executable := shutil.which("chromium"):
        return executable
    reason = "Chromium is missing: install Debian's package chromium"
    if os.environ.get(REQUIRED):
        pytest.fail(f"{reason}; {REQUIRED} is set, so this is no reason to skip", pytrace=False)
    pytest.skip(reason)

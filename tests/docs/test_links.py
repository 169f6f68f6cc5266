"""Links and pictures of every page lead somewhere, and every page is found from the README."""
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, README, REPOSITORY, anchor, headings, targets

LINKS = sorted({(page.relative_to(REPOSITORY).as_posix(), target) for page in PAGES for target in targets(page)})
LOCAL = [(page, target) for page, target in LINKS if "://" not in target]


def destination(page: str, target: str) -> Path:
    path = target.partition("#")[0]
    return ((REPOSITORY / page).parent / path).resolve() if path else REPOSITORY / page


@pytest.mark.parametrize(("page", "target"), LOCAL)
def test_link_leads_to_a_file_of_the_repository(page, target):
    there = destination(page, target)
    assert there.exists()
    assert there.is_relative_to(REPOSITORY)


@pytest.mark.parametrize(("page", "target"), [(page, target) for page, target in LOCAL if "#" in target])
def test_anchor_leads_to_a_heading(page, target):
    assert target.partition("#")[2] in map(anchor, headings(destination(page, target)))


@pytest.mark.parametrize(("page", "target"), [link for link in LINKS if link not in LOCAL])
def test_link_to_the_web_is_encrypted_and_in_nobodys_language(page, target):
    assert target.startswith("https://")
    assert "/en-us/" not in target.lower()


def test_readme_links_every_page():
    linked = {destination("README.md", target) for target in targets(README)}
    assert set(PAGES) - {README} <= linked


def test_every_picture_is_shown():
    shown = {destination(page, target) for page, target in LOCAL}
    assert {path for path in (REPOSITORY / "media").rglob("*.*")} <= shown

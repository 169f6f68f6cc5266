"""The README says what is true of the code."""
import re
from pathlib import Path

import pytest

from local_azure.__main__ import _COMMANDS as COMMANDS
from PipelineRunMonitor.settings import NAMES

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text()
SOURCE = REPOSITORY / "src" / "PipelineRunMonitor"


def section(title):
    """The text between a heading and the next one of its level."""
    return README.split(f"\n# {title}\n")[1].split("\n# ")[0]


def rows(text):
    """The cells of the first two columns of every table row that begins with a name in backticks."""
    return re.findall(r"^\| (`[^|]+`) \|([^|]*)\|", text, re.MULTILINE)


def names(cell):
    return tuple(re.findall(r"`([^`]+)`", cell))


def test_settings_table_is_the_settings():
    found = {first: names(others) for cell, others in rows(section("Settings")) for first in names(cell)}
    assert found == NAMES


def test_every_dimension_is_described():
    code = (SOURCE / "dimensions.py").read_text() + (SOURCE / "records.py").read_text()
    written = set(re.findall(r'^        "(\w+)":', code, re.MULTILINE)) | {"reason"}
    described = set(names(section("Custom dimensions")))
    assert len(written) > 45
    assert written <= described


@pytest.mark.parametrize("link", sorted({link for link in re.findall(r"\]\(([^)#:]+)\)", README)}))
def test_link_leads_somewhere(link):
    assert (REPOSITORY / link).exists()


def test_anchors_lead_to_headings():
    headings = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
                for title in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


def test_commands_of_the_readme_exist():
    targets = set(re.findall(r"^(\w+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", README)) <= targets
    assert set(re.findall(r"-m local_azure (\w+)", README)) <= set(COMMANDS)
    assert set(COMMANDS) - {"demo"} <= set(re.findall(r"-m local_azure (\w+)", README))

"""Pages are short, each says what no other does, and their commands are there."""
import re
from collections import Counter

import pytest

from local_azure.command_line import COMMANDS
from tests.docs.pages import PAGES, REPOSITORY, anchor, code_blocks, code_names, headings, sentences

EVERYTHING = "\n".join(text for page in PAGES for text in (*code_blocks(page), *code_names(page)))


def is_worth_comparing(sentence: str) -> bool:
    """Cells of tables that say the same in a few words are no sentences."""
    return len(sentence.split()) >= (5 if sentence.endswith((".", "!", "?")) else 9)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_begins_with_its_title_and_has_no_heading_twice(page):
    assert page.read_text(encoding="utf-8").startswith("# ")
    assert not [name for name, count in Counter(map(anchor, headings(page))).items() if count > 1]


def test_no_sentence_stands_twice():
    found = Counter(filter(is_worth_comparing, (sentence for page in PAGES for sentence in sentences(page))))
    assert not [sentence for sentence, count in found.items() if count > 1]


def test_commands_exist_and_are_documented():
    recipes = set(re.findall(r"^(\w+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", EVERYTHING)) <= recipes
    commands = set(re.findall(r"-m local_azure (\w+)", EVERYTHING))
    assert set(COMMANDS) - {"demo"} <= commands <= set(COMMANDS)

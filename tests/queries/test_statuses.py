"""Queries, the workbook and the dashboard mean by failed and by ended what the function means."""
import re
from pathlib import Path

import pytest

from PipelineRunMonitor import statuses

REPOSITORY = Path(__file__).parents[2]
QUERIES = sorted((REPOSITORY / "queries").glob("*.kql"))
PAGE = sorted((REPOSITORY / "dashboard" / "static").glob("*.js"))
WORKBOOK = REPOSITORY / "environment_setup" / "workbook.json"
FILES = [*QUERIES, *PAGE, WORKBOOK]

# Sets of statuses that a file may name: what failed, what says something about success, what has ended.
MEANINGS = [set(statuses.FAILED), {"Completed", *statuses.FAILED}, set(statuses.ENDED)]
# What may stand alone: there is more than one way to fail, and one in which a run has not ended.
ALONE = {"Completed", "Canceled", "NotResponding", "Running"}
_STATUS = "|".join(statuses.ALL)
_LIST = re.compile(r"[(\[{,]?\s*(['\"])(?:%s)\1(?:\s*,\s*(['\"])(?:%s)\2)+" % (_STATUS, _STATUS))
_WORD = re.compile(r"(['\"])(%s)\1" % _STATUS)
_JOINED = re.compile(r"(['\"])((?:%s)(?:,(?:%s))+)\1" % (_STATUS, _STATUS))


def text_of(file):
    text = file.read_text("utf-8").replace('\\"', '"')
    return re.sub(r"//.*", "", text) if file.suffix != ".json" else text


def lists_in(text):
    """Sets of statuses in a list, or in one text with commas."""
    lists = [{word for _, word in _WORD.findall(found[0])} for found in _LIST.finditer(text)]
    return lists + [set(found[2].split(",")) for found in _JOINED.finditer(text)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_list_of_statuses_is_one_that_the_function_has(file):
    for found in lists_in(text_of(file)):
        assert found in MEANINGS


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.name)
def test_failed_is_never_asked_for_alone(file):
    alone = {word for _, word in _WORD.findall(_LIST.sub("", text_of(file)))}
    assert alone <= ALONE


def test_lists_are_found_however_they_are_written():
    assert lists_in("| where run_status in ('Failed', 'NotResponding')") == [{"Failed", "NotResponding"}]
    assert lists_in('["Failed", "Canceled"].includes(status)') == [{"Failed", "Canceled"}]
    assert lists_in('const FAILED = "Failed,NotResponding";') == [{"Failed", "NotResponding"}]


def test_there_is_a_query_for_each_meaning():
    found = [meaning for file in QUERIES for meaning in lists_in(text_of(file))]
    assert all(meaning in found for meaning in MEANINGS)

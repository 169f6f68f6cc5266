"""Every query of queries/ satisfies Microsoft's own parser, with either set of names, and says what it is for."""
import re
from pathlib import Path

import pytest

from local_azure.application_insights.workspace_names import column_names, translate
from tests.queries.kusto_parser import client
from tests.queries.kusto_parser.client import CLASSIC, WORKSPACE, Query

FILES = sorted((Path(__file__).parents[2] / "queries").glob("*.kql"))
SAMPLE = Path(__file__).parent / "data" / "pipeline_monitor_sample.kql"
HEADER = re.compile(
    r"// Title: \S.*\n"
    r"// Question: \S.*\?\n(?:(?!// Parameters:)//   ?\S.*\n)*"
    r"// Parameters:(?P<parameters> none\n|\n(?://   \S.*\n)+)")
PARAMETER = re.compile(
    r"^let (\w+) = (?:'[^']*'|-?\d[\w.]*|true|false|now\(\)|(?:datetime|dynamic)\([^()]*\));", re.MULTILINE)
WRONG = (
    ("traces | where a = 1", "1:16: Error KS141"),
    ("trace | count", "1:1: Error KS204: The name 'trace' does not refer to any known table"),
    ("traces\n| project nowhere", "2:11: Error KS142: The name 'nowhere' does not refer to any known column"),
    ("traces | where unixtime(timestamp)", "1:16: Error KS211"),
    ("traces | join (traces) on itemId", "Warning KS508: Avoid using joins without specifying the join kind"),
    ("traces | where", "Error"),
)


def text_of(file):
    return file.read_text(encoding="utf-8")


def parameters_of(file):
    """The names that are let to be plain values, for a reader or a program to put others in their place."""
    return PARAMETER.findall(text_of(file))


@pytest.fixture(scope="module")
def parser():
    return client.find()


@pytest.fixture(scope="module")
def verdicts(parser):
    """By file and database."""
    queries = [Query(file.name, text_of(file)) for file in FILES]
    queries += [Query(file.name, translate(text_of(file)), WORKSPACE) for file in FILES]
    return {(query.name, query.database): verdict for query, verdict in zip(queries, parser.check(queries))}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("database", [CLASSIC, WORKSPACE])
def test_query_has_no_error_or_warning_and_a_result(verdicts, file, database):
    verdict = verdicts[file.name, database]
    assert verdict.faults == ()
    assert verdict.columns


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_result_is_the_same_with_the_workspaces_names(verdicts, file):
    names = column_names("traces")
    classic = verdicts[file.name, CLASSIC].columns
    assert verdicts[file.name, WORKSPACE].columns == {names.get(name, name): kind for name, kind in classic.items()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_query_begins_with_title_question_and_parameters(file):
    header = HEADER.match(text_of(file))
    assert header
    lines = re.findall(r"^//   (\w+(?:, \w+)*): \S", header["parameters"], re.MULTILINE)
    assert ", ".join(lines) == ", ".join(parameters_of(file))


def test_wrong_queries_are_refused_with_place_and_reason(parser):
    for (query, fault), verdict in zip(WRONG, parser.check(Query(query, query) for query, _ in WRONG)):
        assert fault in "\n".join(verdict.faults), query


def test_a_let_that_is_hidden_by_a_column_is_a_fault(parser):
    """The fault of the first sample's query: it filters nothing."""
    [verdict] = parser.check([Query("sample", text_of(SAMPLE))])
    assert any("KS510: A variable or parameter is ignored" in fault for fault in verdict.faults)


def test_a_result_has_the_types_of_kusto(parser):
    query = "traces | project timestamp, a = 1, b = 1.5, c = '', d = true, e = 1h, customDimensions"
    [verdict] = parser.check([Query("types", query)])
    assert verdict.columns == {
        "timestamp": "datetime", "a": "long", "b": "real", "c": "string", "d": "bool", "e": "timespan",
        "customDimensions": "dynamic",
    }


def test_classic_names_are_unknown_to_a_workspace(parser):
    [verdict] = parser.check([Query("classic", "traces | count", WORKSPACE)])
    assert verdict.faults

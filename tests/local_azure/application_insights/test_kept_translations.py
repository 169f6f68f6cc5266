"""A kept translation is the one that would be made anew, whatever the times and the named texts are."""
from datetime import timedelta
from pathlib import Path

import pytest
from duckdb_kql import to_sql

from local_azure.application_insights import kept_translations
from local_azure.application_insights.kept_translations import kept_translation
from local_azure.application_insights.kusto.timespans import with_timespans
from local_azure.application_insights.models import TelemetryStore

QUERIES = Path(__file__).parents[3] / "queries"
TABLES = {"traces": ["timestamp", "message", "customDimensions"]}
TIMES = ("2026-11-25T12:00:00Z", "2026-11-26", "2026-11-25 12:00:00.1234567 +02:00")


@pytest.fixture
def translated(monkeypatch):
    """The texts that duckdb-kql had to translate."""
    asked = []

    def noted(text, **options):
        asked.append(text)
        return to_sql(text, **options)

    monkeypatch.setattr(kept_translations, "to_sql", noted)
    kept_translations._translated.cache_clear()
    yield asked
    kept_translations._translated.cache_clear()


def kept(text, functions=()):
    return kept_translation(text, functions, TABLES, str)


def anew(text, functions=()):
    return str(to_sql(text, schema=TABLES, functions=list(functions)))


def test_times_are_put_into_what_was_translated_once(translated):
    for first in TIMES:
        for second in TIMES:
            text = (f"traces | where timestamp between (datetime({first}) .. datetime({second})) "
                    f"| extend late = timestamp > datetime({first})")
            assert kept(text) == anew(text)
    assert len(translated) == 2  # with two times, and with one twice


def test_a_saved_query_is_translated_once_for_all_times(translated):
    text = (QUERIES / "success_rate_by_day.kql").read_text("utf-8")
    for time in TIMES:
        query = text.replace("let until = datetime(2100-01-01);", f"let until = datetime({time});")
        assert query != text and kept(query) == anew(query)
    assert len(translated) == 1


def test_a_saved_query_is_translated_once_for_all_names_that_it_is_asked_for(translated):
    text = (QUERIES / "success_rate_by_day.kql").read_text("utf-8")
    for workspace, experiment in (("a", "b"), ('Ü "b"', "datetime: 2026-01-01"), ("$1 ~", "a -- b")):
        query = text.replace("let workspace = ''", f"let workspace = '{workspace}'")
        query = query.replace("let experiment = ''", f"let experiment = '{experiment}'")
        assert kept(query) == anew(query) and f"'{experiment}'" in kept(query)
    assert len(translated) == 1
    one_name = text.replace("let workspace = ''", "let workspace = 'a'")
    assert kept(one_name) == anew(one_name) != kept(text) == anew(text)
    assert len(translated) == 3


@pytest.mark.parametrize("use", [
    "where message matches regex name", "where message has name", "where message == strcat(name, '!')",
    "where message == @'a''b' or message == name", "extend column = strlen(name)", "where message in~ (name)",
    "project parse_json(name)", "project message", "extend n = name | where '```' == n", "summarize count() by name"])
@pytest.mark.parametrize("names", [
    ("a", "b"), ("Ä%", "(?<x>c)"), ("it\\'s", "it"), ('{"a": 1}', "[2]"), ("datetime(2026-01-01)", "x")])
def test_a_text_that_the_translator_looks_into_is_told_from_others(translated, use, names):
    for name in names:
        text = f"let name = '{name}';\ntraces | {use}"
        assert kept(text) == anew(text)


@pytest.mark.parametrize("text", [
    "traces | where message == ```\nlet name = '{}';\n```", "let name = '{}';\ntraces | count"])
def test_a_text_within_another_or_that_nobody_reads_stays_what_it_is(translated, text):
    for name in ("one", "another"):
        assert kept(text.format(name)) == anew(text.format(name))


@pytest.mark.parametrize("text", [
    "print 'datetime(2026-01-01)', datetime(2026-01-01)", "print datetime(null), datetime(9999-12-31)",
    "print datetime(2026-01-01) - datetime(2026-01-01T00:00:00Z)"])
def test_texts_stay_what_they_are(translated, text):
    assert kept(text) == anew(text)
    other = text.replace("2026-01-01", "2027-02-02")
    assert kept(other) == anew(other)


def test_functions_have_times_too(translated):
    for time in TIMES:
        functions = (f"function recent() {{ traces | where timestamp > datetime({time}) }}",)
        assert kept("recent() | count", functions) == anew("recent() | count", functions)
    assert len(translated) == 1


def test_what_is_for_timespans_is_kept_apart(translated):
    text = "traces | summarize sum(timestamp - datetime(2026-01-01))"
    for_numbers = kept(text)
    with with_timespans():
        assert kept(text) == anew(text) != for_numbers
    assert kept(text) == for_numbers


def test_a_query_for_timespans_is_not_tried_as_one_of_numbers_again(translated, monkeypatch):
    monkeypatch.setattr(kept_translations, "_OF_TIMESPANS", set())
    store = TelemetryStore(instrumentation_key="")
    ask = "print passed = datetime({}) - datetime(2026-01-01) | summarize whole = sum(passed)".format
    assert store.query(ask("2026-01-02")).rows == ((timedelta(days=1),),)
    assert len(translated) == 2
    kept_translations._translated.cache_clear()
    assert store.query(ask("2026-01-03")).rows == ((timedelta(days=2),),)
    assert len(translated) == 3
    store.close()


@pytest.mark.parametrize("text", [
    "traces | wrong datetime(2026-01-01)", "print datetime(1601-01-01T00:00:00.000001)",
    "declare query_parameters(since: datetime); traces | where timestamp > since"])
def test_what_cannot_be_kept_is_left_to_be_translated_for_itself(text):
    assert kept(text) is None

"""Saved queries and the values that are put into them."""
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts import QUERIES
from dashboard.saved_queries import ParameterError, SavedQueries, UnknownQueryError
from local_azure.application_insights.models import TelemetryStore

TEXT = """// Title: Runs of someone
// Question: Which runs did someone submit,
//   and when?
// Parameters:
//   since: from then on
let since = datetime(1970-01-01);
let at = now();
let submitter = '';
let factor = 1.5;
let bin_size = 1d;
let other = toscalar(traces | count);
print since, at, submitter, factor, bin_size
"""


@pytest.fixture
def saved(tmp_path):
    (tmp_path / "runs.kql").write_text(TEXT)
    return SavedQueries(tmp_path)


@pytest.fixture
def query(saved):
    return saved.get("runs")


@pytest.fixture(scope="module")
def store():
    opened = TelemetryStore(instrumentation_key="")
    yield opened
    opened.close()


def test_a_query_is_known_by_its_header_and_its_parameters(query):
    assert (query.title, query.question) == ("Runs of someone", "Which runs did someone submit, and when?")
    assert query.parameters == {
        "since": "datetime(1970-01-01)", "at": "now()", "submitter": "''", "factor": "1.5", "bin_size": "1d"}
    assert query.chart is None


def test_every_file_of_queries_is_listed_with_title_and_question():
    listed = SavedQueries(QUERIES).list()
    assert [query.name for query in listed] == sorted(path.stem for path in QUERIES.glob("*.kql"))
    assert all(query.title != query.name and query.question.endswith("?") for query in listed)


def test_values_are_put_into_the_let_lines(query):
    values = {"since": "2024-03-01T12:00:00Z", "at": "2024-03-02", "submitter": "Ada", "factor": 2, "bin_size": "6h"}
    lines = query.fill(values).splitlines()
    assert lines[5:10] == [
        "let since = datetime(2024-03-01T12:00:00+00:00);", "let at = datetime(2024-03-02T00:00:00);",
        "let submitter = 'Ada';", "let factor = 2;", "let bin_size = 6h;"]
    assert lines[:5] + lines[10:] == TEXT.splitlines()[:5] + TEXT.splitlines()[10:]


def test_a_value_for_a_parameter_that_is_not_there_is_left_out(query):
    assert query.fill({"workspace": "x", "other": "y", "pack": "z"}) == TEXT


@pytest.mark.parametrize("values", [
    {"since": "yesterday"}, {"since": 5}, {"since": "2024-01-01); drop"}, {"submitter": None}, {"submitter": ["a"]},
    {"factor": "1; traces"}, {"factor": "1d"}, {"factor": None}, {"bin_size": "1"}, {"bin_size": "1d; traces"}])
def test_a_value_of_another_kind_is_refused_by_name(query, values):
    with pytest.raises(ParameterError, match=next(iter(values))):
        query.fill(values)


@pytest.mark.parametrize("name", ["missing", "../runs", "charts", ""])
def test_an_unknown_query_is_refused(saved, name):
    with pytest.raises(UnknownQueryError):
        saved.get(name)


def test_a_file_that_was_edited_is_the_new_one_at_once(saved, tmp_path):
    (tmp_path / "runs.kql").write_text("print 1")
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "runs.vl.json").write_text('{"mark": "bar"}')
    query = saved.get("runs")
    assert (query.text, query.title, query.chart) == ("print 1", "runs", {"mark": "bar"})


@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_a_name_is_it_stays_that_value(store, tmp_path_factory, name):
    folder = tmp_path_factory.getbasetemp() / "saved"
    folder.mkdir(exist_ok=True)
    (folder / "name.kql").write_text("let submitter = '';\nprint name = submitter")
    filled = SavedQueries(folder).get("name").fill({"submitter": name})
    assert store.query(filled).rows == ((name,),)

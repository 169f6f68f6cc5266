"""What was answered is given again while it is as good as new."""
import pytest

from dashboard.kept_answers import KeptAnswers
from dashboard.sources.source import About, Answer, SourceError


class Counting:
    """A source that answers with how often it was asked."""

    about = About("counting", ("", ""), 60)

    def __init__(self):
        self.asked, self.records = 0, 0

    def query(self, text):
        self.asked += 1
        return Answer((), [[self.asked]])

    def count_records(self):
        if self.records is None:
            raise SourceError("down")
        return self.records


@pytest.fixture
def source():
    return Counting()


@pytest.fixture
def time():
    return [0.0]


@pytest.fixture
def ask(source, time):
    kept = KeptAnswers(source, lambda: time[0])
    return lambda text: kept.query(text).rows[0][0]


def test_an_answer_is_kept_until_something_was_recorded(ask, source, time):
    assert [ask("a"), ask("b"), ask("a")] == [1, 2, 1]
    time[0] += 10_000
    assert ask("a") == 1
    source.records = 1
    assert [ask("a"), ask("a")] == [3, 3]


@pytest.mark.parametrize("query", ["let at = now();", "traces | where timestamp > ago(1d)", "print ago ( 1d)"])
def test_what_depends_on_the_time_of_asking_is_kept_for_the_refresh_interval(ask, time, query):
    assert [ask(query), ask(query)] == [1, 1]
    time[0] += 60
    assert ask(query) == 2


def test_the_least_recent_are_forgotten(ask):
    for number in range(65):
        ask(str(number))
    assert ask("64") == 65
    assert ask("0") == 66


def test_while_nobody_knows_whether_something_was_recorded_the_source_is_asked(ask, source):
    source.records = None
    assert [ask("a"), ask("a")] == [1, 2]

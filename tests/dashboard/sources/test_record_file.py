"""The file of the function as a source, while it is written."""
import json
from contextlib import closing

import pytest

from azure_access.deadline import Deadline
from dashboard.sample_records import records_of
from dashboard.sources.local_store import LocalStore
from dashboard.sources.record_file import RecordFile
from dashboard.sources.source import SourceError
from PipelineRunMonitor.stores.record_file import RecordFile as WrittenFile
from tests.queries.conftest import Insights

COLUMNS = "traces | project message, customDimensions, operation_Id, itemType | sort by operation_Id, message"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run_records.jsonl"


@pytest.fixture
def source(path):
    with closing(RecordFile(path)) as opened:
        yield opened


def line(**columns):
    return json.dumps({"timestamp": "2020-03-01T12:00:00+00:00", "message": "{}", "customDimensions": {"run_id": "a"},
                       **columns}) + "\n"


def messages(source):
    return [row[0] for row in source.query("traces | sort by message asc | project message").rows]


def test_what_the_function_writes_is_answered_as_application_insights_would(path, source, sample_workspace):
    insights = Insights()
    sent = records_of(sample_workspace)[:50]
    assert not WrittenFile(path).send([each.record for each in sent], Deadline(30)).problem
    insights.record_all(sent)
    with closing(insights.store):
        assert source.query(COLUMNS) == LocalStore(insights.store).query(COLUMNS)
    assert source.count_records() == len(sent)


def test_lines_that_are_written_later_are_read_and_half_a_line_is_not(path, source):
    path.write_text(line(message="1") + line(message="2")[:20])
    assert messages(source) == ["1"]
    path.write_text(line(message="1") + line(message="2") + line(message="3"))
    assert source.count_records() == 3
    assert messages(source) == ["1", "2", "3"]


def test_a_file_that_begins_anew_is_read_anew(path, source):
    path.write_text(line(message="1") + line(message="2"))
    assert source.count_records() == 2
    path.write_text(line(message="3"))
    assert messages(source) == ["3"]


@pytest.mark.parametrize("text", ["no JSON\n", "[]\n", "{}\n", '"text"\n', "\udc80\n", "[" * 100_000 + "\n",
                                  line(timestamp="yesterday"), line(timestamp="2020-03-01T12:00:00"),
                                  line(customDimensions=None), line(message=None),
                                  line(customDimensions={"a": "b" * 9_000})])
def test_a_line_that_is_no_record_is_left_out_and_told(path, source, text):
    path.write_bytes((text + line(message="good")).encode(errors="surrogateescape"))
    answer = source.query("traces | count")
    assert answer.rows == [[1]]
    assert answer.lacks.startswith("1 line is no record")


def test_a_file_that_is_not_there_is_named(path, source):
    with pytest.raises(SourceError, match="run_records.jsonl cannot be read: No such file"):
        source.query("traces")

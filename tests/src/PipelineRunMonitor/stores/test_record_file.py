import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import pytest
from duckdb_kql import kql

from azure_access.deadline import Deadline
from PipelineRunMonitor.records.record import Record
from PipelineRunMonitor.stores.record_file import RecordFile
from PipelineRunMonitor.stores.sinks import Sending

RECORD = Record('{"runId": "r1", "name": "Müller"}', {"type": "run_detail", "run_id": "r1", "odd": "\ud800"},
                logging.ERROR, "9b" * 16)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a folder" / "records.jsonl"


def test_a_record_is_a_line_with_the_columns_of_a_trace(path):
    assert RecordFile(path).send([RECORD, replace(RECORD, severity=logging.INFO)], Deadline(5)) == Sending()
    first, second = map(json.loads, path.read_text("utf-8").splitlines())
    assert (first["customDimensions"]["run_id"], first["severityLevel"], second["severityLevel"]) == ("r1", 3, 1)
    assert json.loads(first["message"])["name"] == "Müller"


def test_kusto_queries_run_on_it(path):
    RecordFile(path).send([replace(RECORD, dimensions={"run_id": str(n)}) for n in range(3)], Deadline(5))
    connection = duckdb.connect()
    connection.sql(f"CREATE VIEW traces AS SELECT * REPLACE (customDimensions::JSON AS customDimensions) "
                   f"FROM read_json('{path}')")
    query = "traces | project run_id = tostring(customDimensions.run_id) | order by run_id asc"
    assert kql(connection, query).fetchall() == [("0",), ("1",), ("2",)]


def test_many_threads_and_sinks_write_whole_lines(path):
    sinks = [RecordFile(path), RecordFile(path)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: sinks[n % 2].send([replace(RECORD, dimensions={"run_id": str(n)})], Deadline(5)),
                         range(200)))
    lines = path.read_text("utf-8").splitlines()
    assert {json.loads(line)["customDimensions"]["run_id"] for line in lines} == set(map(str, range(200)))


def test_what_cannot_be_written_comes_back_with_the_cause_and_the_cure(tmp_path):
    (tmp_path / "a file").touch()
    sending = RecordFile(tmp_path / "a file" / "records.jsonl").send([RECORD], Deadline(5))
    assert sending.unsent == [RECORD]
    assert "cannot be written" in sending.problem and "check RECORD_FILE" in sending.problem


def test_a_run_is_recorded_however_the_name_of_its_workspace_is_written(path):
    file = RecordFile(path)
    dimensions = {"run_id": "r1", "run_status": "Completed", "amlWorkSpace": "Sample-WS"}
    file.send([RECORD, replace(RECORD, dimensions=dimensions)], Deadline(5))
    assert file.find("sample-ws", ["r1", "r2"]) == file.find("SAMPLE-WS", ["r1"]) == {("r1", "Completed")}
    assert file.find("another", ["r1"]) == set()

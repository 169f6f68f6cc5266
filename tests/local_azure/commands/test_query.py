"""`query`: over what is running and over what was recorded, in every format; clear lines where it cannot."""
import csv
import io
import json
import signal
import sys
import threading
from datetime import datetime, timezone

import pytest

from local_azure.application_insights.models import TelemetryStore
from local_azure.folders import STORE_FILE
from tests.local_azure.endless import ENDLESS

KEY = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def folder(tmp_path):
    """The folder of a local Azure that has recorded two traces, and is gone."""
    now = datetime.now(timezone.utc)
    items = [{"name": "Message", "time": now.isoformat(), "iKey": KEY, "tags": {}, "data": {
        "baseType": "MessageData", "baseData": {"ver": 2, "message": message, "properties": {"step": step}}}}
        for message, step in (("first", "Prepare"), ("zweite: 火 é\nline", "Train"))]
    store = TelemetryStore(tmp_path / STORE_FILE, instrumentation_key=KEY)
    assert store.accept(items, now).items_accepted == 2
    store.close()
    return tmp_path


@pytest.fixture
def ask(run_here, folder):
    """Asks what was recorded; the command must succeed."""
    def ask(text, *arguments):
        ended = run_here("query", "--folder", folder, "-e", text, *arguments)
        assert (ended.exit_code, ended.errors) == (0, "")
        return ended.output
    return ask


COLUMNS = """traces | order by message asc
| project message, severityLevel, customDimensions, step = tostring(customDimensions.step), timestamp"""


def test_a_table_is_printed_when_no_format_is_named(ask):
    lines = ask(COLUMNS).splitlines()
    assert lines[0].split() == ["message", "severityLevel", "customDimensions", "step", "timestamp"]
    assert len(lines) == 4 and lines[3].startswith("zweite: 火 é line  ") and '{"step": "Train"}' in lines[3]


def test_json_has_dynamic_columns_as_json_and_times_as_text(ask):
    first, second = json.loads(ask(COLUMNS, "-f", "json"))
    assert (first["message"], first["severityLevel"], first["step"]) == ("first", None, "Prepare")
    assert first["customDimensions"] == {"step": "Prepare"}
    assert datetime.fromisoformat(first["timestamp"]).date() == datetime.now(timezone.utc).date()
    assert second["message"] == "zweite: 火 é\nline"


def test_csv_reads_back_as_what_was_recorded(ask):
    names, first, second = csv.reader(io.StringIO(ask(COLUMNS, "-f", "csv")))
    assert names[:3] == ["message", "severityLevel", "customDimensions"]
    assert (first[:2], second[0]) == (["first", ""], "zweite: 火 é\nline")
    assert json.loads(first[2]) == {"step": "Prepare"}


@pytest.mark.parametrize(("name", "output"), [("table", "no rows\n"), ("json", "[]\n"), ("csv", "message,step\n")])
def test_no_rows_are_no_error(ask, name, output):
    text = "traces | where message == '' | project message, step = tostring(customDimensions.step)"
    assert ask(text, "--format", name) == output


def test_a_file_holds_the_query_with_or_without_a_byte_order_mark(run_here, folder, tmp_path):
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "count.kql").write_text("// wie viele? 火\ntraces | count", encoding)
        ended = run_here("query", "--folder", folder, tmp_path / "count.kql", "-f", "csv")
        assert (ended.exit_code, ended.output, ended.errors) == (0, "Count\n2\n", "")


def test_a_query_ends_when_its_time_is_over(run_here, folder):
    assert fails(run_here("query", "--folder", folder, "-e", ENDLESS, "--query-limit", "0.05")) == (
        "the query: The query took longer than 0.05 s: let it read less, or raise the limit")


def test_so_does_one_that_asks_what_is_running(run_here, up_folder):
    assert fails(run_here("query", "--folder", up_folder, "-e", ENDLESS, "--query-limit", "0.05")) == (
        "the query: The query took longer than 0.05 s: let it read less, or raise the limit")


def test_it_can_be_interrupted(run_here, folder):
    has_ended = threading.Event()

    def interrupt():
        while not has_ended.wait(0.01):
            if any(thread.name.startswith("query") for thread in threading.enumerate()):
                return signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    other = threading.Thread(target=interrupt)
    other.start()
    ended = run_here("query", "--folder", folder, "-e", ENDLESS, "--query-limit", "10")
    has_ended.set()
    other.join()
    assert (ended.exit_code, ended.output, ended.errors) == (130, "", "")


@pytest.mark.parametrize("command", ["query", "up", "demo"])
@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "3601"])
def test_a_limit_is_a_time_up_to_an_hour(run_here, command, seconds):
    ended = run_here(command, "--query-limit", seconds, *(["-e", "print 1"] if command == "query" else []))
    assert ended.exit_code == 2 and f"{seconds!r} is no number of seconds" in ended.errors


def fails(ended):
    """The one line, without the command's name, of a command that could not do what was asked."""
    assert (ended.exit_code, ended.output) == (2, "")
    [line] = ended.errors.splitlines()
    assert line.startswith("python -m local_azure query: ")
    return line.removeprefix("python -m local_azure query: ")


def test_a_file_that_is_not_there_is_named(run_here, folder):
    assert fails(run_here("query", "--folder", folder, "missing.kql")) == (
        "missing.kql cannot be read: No such file or directory")


def test_a_folder_in_the_place_of_a_file_is_named(run_here, folder):
    assert fails(run_here("query", "--folder", folder, folder)) == f"{folder} cannot be read: Is a directory"


def test_a_file_in_another_encoding_is_named(run_here, folder, tmp_path):
    (tmp_path / "latin.kql").write_bytes("traces // é".encode("latin-1"))
    assert fails(run_here("query", "--folder", folder, tmp_path / "latin.kql")) == (
        f"{tmp_path / 'latin.kql'} cannot be read: it is no UTF-8 text")


def test_a_syntax_error_has_its_file_line_and_column(run_here, folder, tmp_path):
    file = tmp_path / "broken.kql"
    file.write_text("traces\n| take 1 )")
    line = fails(run_here("query", "--folder", folder, file))
    assert line.startswith(f"{file}: Syntax error: ") and line.endswith(" (line 2, column 10)")


def test_an_unknown_table_is_named(run_here, folder):
    assert fails(run_here("query", "--folder", folder, "-e", "runs | take 1")) == (
        "the query: Failed to resolve table or column expression named 'runs' (line 1, column 1)")


def test_an_empty_query_is_an_error(run_here, folder):
    assert fails(run_here("query", "--folder", folder, "-e", "")).startswith("the query: Syntax error")


def test_where_nothing_is_recorded_the_way_to_change_that_is_told(run_here, tmp_path):
    assert fails(run_here("query", "--folder", tmp_path / "new", "-e", "traces")) == (
        "nothing is recorded here yet: run `make demo` or `make up` first")
    assert not (tmp_path / "new").exists()


def test_a_damaged_store_is_named(run_here, tmp_path):
    (tmp_path / STORE_FILE).write_bytes(b"not a database" * 1000)
    assert fails(run_here("query", "--folder", tmp_path, "-e", "traces")).startswith(
        f"{tmp_path / STORE_FILE} cannot be read: ")


@pytest.mark.parametrize("endpoints", ["", '{"identity": "https://127.0.0.1'])
def test_what_was_recorded_is_read_when_the_endpoints_are_damaged(ask, folder, endpoints):
    (folder / "endpoints.json").write_text(endpoints)
    assert ask("traces | count", "-f", "csv") == "Count\n2\n"


def test_a_running_local_azure_is_asked(run_here, up_folder):
    ended = run_here("query", "--folder", up_folder, "-e", "traces | where message == 'nothing' | count", "-f", "json")
    assert (ended.exit_code, json.loads(ended.output)) == (0, [{"Count": 0}])
    assert fails(run_here("query", "--folder", up_folder, "-e", "traces\n| take 1 )")).endswith(
        " (line 2, column 10)")


def test_a_failing_application_insights_is_a_clear_line(run_here, up_folder, inject_fault):
    inject_fault(up_folder, service="application_insights", status=503, body="Busy")
    assert fails(run_here("query", "--folder", up_folder, "-e", "traces")) == "the query: HTTP 503 Busy"


class Terminal(io.StringIO):
    """What is written to it, as to a terminal."""

    def isatty(self):
        return True


def test_on_a_terminal_the_table_is_as_wide_as_that(run_here, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "45")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", terminal := Terminal())
        ended = run_here("query", "--folder", folder, "-e", COLUMNS)
    assert (ended.exit_code, ended.errors) == (0, "")
    lines = terminal.getvalue().splitlines()
    assert lines[0].split() == ["message", "severityLevel"]
    assert lines[4].startswith("not shown for lack of width: customDimensions, step, timestamp")

"""`demo schedule`: one pipeline, started in three ways; what was recorded of each run is shown."""
import re

import pytest


@pytest.fixture(scope="module")
def demo(open_command, tmp_path_factory):
    process = open_command(tmp_path_factory.mktemp("demo"), "demo", "--folder", "its own", "schedule")
    output, errors = process.communicate(timeout=150)
    assert (process.returncode, errors) == (0, "")
    return output.splitlines()


def test_a_run_of_each_way_is_recorded_with_what_started_it(demo):
    rows = [line.split() for line in demo[demo.index("recorded of the pipeline runs:") + 4:][:3]]
    assert [row[0] for row in rows] == ["data_factory", "function", "schedule"]
    assert all("Completed" in row for row in rows)
    started = {line.rstrip(" :").replace(", and is disabled", "").rpartition(" ")[2] for line in demo
               if " started run " in line}
    assert {row[-1] for row in rows} == started


def test_every_step_of_each_run_is_recorded(demo):
    rows = [line.split() for line in demo[demo.index("recorded of the steps:") + 4:]]
    assert [(row[0], row[1], row[3]) for row in rows] == 3 * [
        (name, "Completed", f"{name}.py") for name in ("prepare", "score", "report")]
    assert len({row[-1] for row in rows}) == 3


def test_the_function_and_the_table_of_schedules_tell_of_them(demo):
    assert "RunStatus tells of them: Completed, Completed, Completed" in demo
    [schedule] = [line for line in demo if re.search(r" every-minute +published:", line)]
    assert "every minute UTC" in schedule and " no " in schedule

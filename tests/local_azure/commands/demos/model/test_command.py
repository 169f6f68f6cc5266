"""`demo model`: of two models the better one is registered, deployed and asked, and everything about it is shown."""
import re

import pytest

from local_azure.machine_learning.online_endpoints.environments import ENVIRONMENTS, MAKE, InferenceEnvironment
from tests.programs import REPOSITORY, do_without


@pytest.fixture(scope="module")
def demo(open_command, tmp_path_factory):
    made = InferenceEnvironment(REPOSITORY / ENVIRONMENTS)
    if not made.is_ready:
        do_without("the environment of the inference server", MAKE)
    process = open_command(tmp_path_factory.mktemp("demo"), "demo", "--folder", "its own", "model",
                           "--environments", made.folder)
    output, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    return output.splitlines()


def table(demo, name):
    """The rows below a table's name, as texts."""
    rows = demo[demo.index(f"{name}:") + 4:]
    return rows[:rows.index("")] if "" in rows else rows


def test_the_worse_model_is_not_registered_and_it_is_said_why(demo):
    [first, second] = [line for line in demo if line.startswith("build ")]
    assert "Completed, registered: It is the first model" in first
    assert "Completed, not_registered: mse " in second and "is not better" in second
    [row] = table(demo, "the registry")
    assert row.split()[:2] == ["diabetes_regression", "1"] and " 0.4 " in row


def test_the_deployment_has_no_traffic_before_its_smoke_test(demo):
    lines = [number for text in ("no traffic yet", "passed: Application Insights has", "moved the traffic")
             for number, line in enumerate(demo) if text in line]
    assert len(lines) == 3 and lines == sorted(lines)


def test_requests_are_joined_with_what_was_logged_of_them(demo):
    rows = table(demo, "requests, and what was logged of them (queries/scoring_requests.kql)")
    traced = next(line for line in demo if "traceparent" in line).rpartition(" ")[2]
    assert [row.rpartition(" ")[2] for row in rows if row.startswith("smoke-test-")] == [traced]
    found = [re.match(r"demo-(\w+) +blue +(1?) +(\d{3}) +[\d.]+ *([12]?)$", row) for row in rows if "demo-" in row]
    assert sorted(row.groups() for row in found) == [
        ("0", "1", "200", "1"), ("1", "1", "200", "2"), ("2", "1", "200", "1"), ("3", "1", "200", "2"),
        ("wrong", "", "400", "")]


def test_the_run_that_made_the_model_of_the_service_is_known(demo):
    [service] = table(demo, "the service, and the run that made its model (queries/scoring_health.kql)")
    [registered] = table(demo, "the registry")
    assert service.split()[:4] == ["diabetes", "blue", "diabetes_regression", "1"]
    assert service.split()[-1] == registered.split()[-1]


def test_every_run_is_recorded_with_its_outcome(demo):
    rows = table(demo, "what the monitor has recorded of the runs")
    assert len(rows) == 8 and all(" Completed " in row for row in rows)
    assert [row.split()[-1] for row in rows if " Register " in row] == ["registered", "not_registered"]

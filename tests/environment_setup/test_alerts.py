"""The alert rules are what Azure accepts, and alert once for what happened once.

What a rule may be is from Microsoft's pages "Create or edit a log search alert rule", "Overview of Azure Monitor
alerts" (alerts and state) and "Azure Monitor service limits". The durations are those that the service's error message
names: "Supported granularities are: 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440, 2880" (minutes).
"""
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.workspace_names import translate
from tests.environment_setup.rules import DURATIONS, METRIC_RULES, QUERY_RULES, REPOSITORY, RULES, AlertRule, query_of
from tests.environment_setup.sending import KEY, send
from tests.queries.kusto_parser.client import WORKSPACE, Query
from tests.queries.scoring_rows import Service

OWN = {  # what a rule may see otherwise than the page and the workbook, and why
    "at": "a record takes minutes until it can be found", "made_up_since": "what ended days ago is no news",
    "patience": "an alert cannot be taken back", "least_runs": "a rule sees two days",
    "history": "an alert is up for as long", "least_change": "an alert wakes somebody",
    "state": "what is at risk is no alert yet", "problems_only": "a row is an alert"}
METRIC_DURATIONS = {"PT5M", "PT15M", "PT30M", "PT1H"}
LONGEST_RESOLVED = timedelta(hours=12)  # a stateful rule that is evaluated less often never resolves
LIMIT_DIMENSIONS = 6
LIMIT_BYTES = 64 * 1024  # of all properties of a rule together
LIMIT_DESCRIPTION = 2_048

NOON = datetime(2022, 10, 6, 12, tzinfo=UTC)


def by_name(rule):
    return rule["name"]


@pytest.fixture(scope="module")
def verdicts(parser):
    """What Microsoft's parser says of each rule's query, with either set of names."""
    queries = [Query(rule["name"], query_of(rule)) for rule in QUERY_RULES]
    queries += [Query(rule["name"], translate(query_of(rule)), WORKSPACE) for rule in QUERY_RULES]
    return dict(zip([(query.name, query.database) for query in queries], parser.check(queries)))


def test_no_two_rules_have_the_same_name():
    for field in ("name", "title"):
        assert len({rule[field] for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_a_rule_is_complete(rule):
    common = {"name", "title", "description", "severity", "kind", "window", "frequency", "timeAggregation", "operator",
              "threshold", "dimensions", "autoMitigate"}
    own = {"query": {"query", "replacements"}, "metric": {"metricNamespace", "metricName"}}
    assert set(rule) == common | own[rule["kind"]]
    assert re.fullmatch(r"[a-z-]{1,60}", rule["name"])
    assert 0 < len(rule["description"]) <= LIMIT_DESCRIPTION
    assert rule["severity"] in range(5)
    assert (rule["operator"], rule["threshold"]) == ("GreaterThan", 0)


@pytest.mark.parametrize("rule", QUERY_RULES, ids=by_name)
def test_durations_of_a_query_rule_are_allowed(rule):
    assert DURATIONS[rule["frequency"]] <= DURATIONS[rule["window"]]
    assert DURATIONS[rule["frequency"]] <= LONGEST_RESOLVED


@pytest.mark.parametrize("rule", METRIC_RULES, ids=by_name)
def test_a_metric_rule_counts_what_event_grid_or_the_queue_gave_up(rule):
    """"Supported metrics": those of Event Grid count events, that of Service Bus says how many there are."""
    assert {rule["window"], rule["frequency"]} <= METRIC_DURATIONS
    of_topic = "Microsoft.EventGrid/systemTopics", "Total"
    assert (rule["metricNamespace"], rule["timeAggregation"], rule["dimensions"]) == {
        "DeadLetteredCount": (*of_topic, ["EventSubscriptionName", "DeadLetterReason"]),
        "DroppedEventCount": (*of_topic, ["EventSubscriptionName", "DropReason"]),
        "DeadletteredMessages": ("Microsoft.ServiceBus/namespaces", "Maximum", ["EntityName"])}[rule["metricName"]]


@pytest.mark.parametrize("database", ["classic", "workspace"])
@pytest.mark.parametrize("rule", QUERY_RULES, ids=by_name)
def test_dimensions_are_texts_of_the_querys_result(verdicts, rule, database):
    verdict = verdicts[rule["name"], database]
    assert verdict.faults == ()
    assert len(rule["dimensions"]) == len(set(rule["dimensions"])) <= LIMIT_DIMENSIONS
    assert {name: verdict.columns.get(name) for name in rule["dimensions"]} == dict.fromkeys(
        rule["dimensions"], "string")


@pytest.mark.parametrize("rule", QUERY_RULES, ids=by_name)
def test_rows_are_counted_whatever_their_times(verdicts, rule):
    """A column with the name of the table's time would make the rule count by it; it is a window's rows that count."""
    assert rule["timeAggregation"] == "Count"
    assert not {"timestamp", "TimeGenerated"} & verdicts[rule["name"], "classic"].columns.keys()


@pytest.mark.parametrize("rule", QUERY_RULES, ids=by_name)
def test_query_uses_nothing_that_alert_rules_refuse(rule):
    text = re.sub(r"//.*", "", query_of(rule))
    assert not re.search(r"\b(bag_unpack|pivot|narrow|AggregatedValue|adx|arg|search)\b", text)
    assert not re.search(r"\bago\((?!\d+\w*\))", text)
    assert len(json.dumps(rule)) + len(text) < LIMIT_BYTES


class Resource:
    """An Application Insights resource with a rule on it. Times are hours after NOON."""

    def __init__(self, store, name, ingestion_minutes=0):
        self._store, self._rule = store, AlertRule(store, name, timedelta(minutes=ingestion_minutes))

    @property
    def service(self):
        return Service(self._store)

    @property
    def alerts(self):
        return self._rule.alerts

    def record(self, hours, **dimensions):
        """A record of a pipeline run that is sent at a time."""
        send(self._store, NOON + timedelta(hours=hours), {
            "type": "run_detail", "workspace_name": "sample-ws", "experiment_name": "flight-delay",
            "parent_run_id": dimensions.get("run_id", ""), **dimensions})

    def evaluate(self, *hours):
        for time in hours:
            self._rule.evaluate(NOON + timedelta(hours=time))


@pytest.fixture
def resource():
    store = TelemetryStore(instrumentation_key=KEY)
    yield lambda name, **delay: Resource(store, name, **delay)
    store.close()


def milliseconds(hours):
    return str(int((NOON + timedelta(hours=hours)).timestamp() * 1000))


def failed_run(run_id="run-1", end=0):
    return {
        "run_id": run_id, "run_status": "Failed", "end_time_utc_ms": milliseconds(end), "error_code": "UserError",
        "error_message": "no rows", "run_url": f"https://ml.azure.com/runs/{run_id}", "failed_step_name": "Train",
        "failed_step_run_id": "step-1", "failed_step_error_code": "UserError", "failed_step_error_message": "no rows"}


def completed_run(run_id, begin, end):
    return {
        "run_id": run_id, "run_status": "Completed", "created_time_utc_ms": milliseconds(begin),
        "start_time_utc_ms": milliseconds(begin), "end_time_utc_ms": milliseconds(end)}


def test_a_failed_run_is_one_alert_with_experiment_step_and_error(resource):
    failed = resource("pipeline-failed")
    failed.record(0, **failed_run())
    failed.evaluate(0, 1, 12, 23, 25, 48)
    assert failed.alerts == [
        ("flight-delay", "run-1", "Train", "UserError", "no rows", "https://ml.azure.com/runs/run-1")]


def test_a_long_error_is_split_by_its_beginning(resource):
    """Azure shortens what is longer, and would tell two errors apart by what nobody sees."""
    failed = resource("pipeline-failed")
    failed.record(0, **failed_run() | {"failed_step_error_message": "no rows " * 1_000})
    failed.evaluate(0)
    assert [len(alert[4]) for alert in failed.alerts] == [250]


def test_a_run_that_stopped_responding_has_15_minutes_to_come_back(resource):
    failed = resource("pipeline-failed")
    lost = failed_run() | {"run_status": "NotResponding"}
    failed.record(0, **lost)
    failed.evaluate(0, 0.1, 0.2)
    failed.record(0.2, run_id="run-1", run_status="Running")
    failed.evaluate(0.3, 0.5)
    failed.record(0.6, **lost)
    failed.evaluate(0.7, 0.8)
    assert failed.alerts == []
    failed.evaluate(0.9, 1)
    assert [alert[1] for alert in failed.alerts] == ["run-1"]


def test_runs_that_stopped_responding_drop_no_success_rate_before_15_minutes(resource):
    dropped = resource("success-rate-dropped")
    for hours in range(0, 48, 6):
        run = completed_run(f"run-{hours}", hours, hours + 1)
        lost = {"run_status": "NotResponding", "end_time_utc_ms": None}
        dropped.record(46 if hours >= 24 else hours + 1, **run | (lost if hours >= 24 else {}))
    dropped.evaluate(46.1, 46.2)
    assert dropped.alerts == []
    dropped.evaluate(46.3)
    assert len(dropped.alerts) == 1


def test_what_a_monitor_found_is_one_alert(resource):
    monitor = resource("monitor-threshold-breached")
    found = "credit_monitor_data_drift has failed due to one or more features violating metric thresholds"
    run = completed_run("run-1", 0, 1) | {"run_status": "Failed", "run_url": "https://ml.azure.com/runs/run-1"}
    monitor.record(1, **run | {"monitor_threshold_breached": found})
    monitor.record(1.1, **run | {"run_id": "step-1", "parent_run_id": "run-1", "monitor_threshold_breached": found})
    monitor.record(2, **completed_run("run-2", 1, 2))
    monitor.evaluate(1, 1.25, 2, 12, 24)
    assert monitor.alerts == [
        ("sample-ws", "flight-delay", "run-1", found, "https://ml.azure.com/runs/run-1")]


def test_a_nightly_model_that_became_worse_is_one_alert(resource):
    dropped = resource("metric-dropped")
    for day, auc in enumerate((0.87, 0.88, 0.81, 0.81)):
        dropped.record(24 * day, metrics=json.dumps({"auc": auc, "rows": 5}), step_name="Train",
                       **completed_run(f"step-{day}", 24 * day - 1, 24 * day) | {"parent_run_id": f"run-{day}"})
        dropped.evaluate(24 * day, 24 * day + 12)
    assert [alert[1:5] for alert in dropped.alerts] == [("flight-delay", "Train", "auc", "step-2")]


def test_a_record_that_is_repeated_within_the_day_of_deliveries_is_no_second_alert(resource):
    failed = resource("pipeline-failed")
    for hours in (0, 1, 6, 23):
        failed.record(hours, **failed_run())
    failed.evaluate(*range(0, 72, 3))
    assert len(failed.alerts) == 1


def test_a_record_that_comes_late_is_an_alert_all_the_same(resource):
    failed = resource("pipeline-failed")
    failed.record(0, **failed_run(end=-23))
    failed.evaluate(-1, 0, 1)
    assert len(failed.alerts) == 1


def test_what_a_backfill_makes_up_for_is_no_alert_once_it_is_old(resource):
    failed, *others = (resource(name) for name in (
        "pipeline-failed", "run-late", "monitor-threshold-breached", "metric-dropped"))
    for day in range(-20, -2):
        run = failed_run(f"run-{day}", end=24 * day)
        failed.record(0, **run, source="backfill", monitor_threshold_breached="drift")
        failed.record(0, **completed_run(f"good-{day}", 24 * day, 24 * day + 1), source="backfill",
                      metrics=json.dumps({"auc": 0.9 if day < -3 else 0.5}))
    for rule in (failed, *others):
        rule.evaluate(0, 1, 24)
        assert rule.alerts == []
    failed.record(2, **failed_run("yesterday", end=-22), source="reconcile")
    failed.record(2, **failed_run("of an event", end=-300), source="event")
    failed.evaluate(2, 12, 26)
    assert [alert[1] for alert in failed.alerts] == ["of an event", "yesterday"]
    failed.record(27, **failed_run("lost") | {"run_status": "NotResponding", "end_time_utc_ms": None,
                                              "created_time_utc_ms": milliseconds(22)}, source="reconcile")
    failed.evaluate(28)
    assert "lost" in [alert[1] for alert in failed.alerts]


def test_every_failed_run_is_an_alert_of_its_own(resource):
    failed = resource("pipeline-failed")
    for number in range(3):
        failed.record(number, **failed_run(f"run-{number}"))
    failed.evaluate(0, 1, 2, 3)
    assert [alert[1] for alert in failed.alerts] == ["run-0", "run-1", "run-2"]


def test_an_experiment_that_skips_its_time_is_one_alert(resource):
    late = resource("run-late")
    for hours in (0, 6, 12, 18):
        late.record(hours + 0.5, **completed_run(f"run-{hours}", hours, hours + 0.5))
    late.evaluate(13, 17, 19, 24, 26)
    assert late.alerts == []
    late.evaluate(28, 32, 40)
    assert [alert[:3] for alert in late.alerts] == [("sample-ws", "flight-delay", "run-18")]


def test_a_promise_that_is_missed_is_one_alert_each_time(resource):
    missed = resource("promise-missed")
    missed.record(-10.7, **completed_run("in-time", -11, -10.8) | {"experiment_name": "churn-training"})
    missed.evaluate(-6.1, -6, -2, 6, 7)
    assert [(alert[1], alert[2][:25]) for alert in missed.alerts if alert[1] == "price-sync"] == [
        ("price-sync", "begin by 2022-10-06 05:45"), ("price-sync", "begin by 2022-10-06 17:45")]
    assert "churn-training" not in [alert[1] for alert in missed.alerts]


@pytest.mark.parametrize("name", ["run-late", "run-stuck"])
def test_what_only_takes_its_time_to_be_found_is_no_alert(resource, name):
    """A pipeline of a minute every ten, with a step of its first half; records can be found eight minutes later."""
    rule = resource(name, ingestion_minutes=8)
    for minutes in range(0, 15 * 60, 10):
        begin, middle, end = (minutes / 60 + seconds / 3600 for seconds in (0, 30, 60))
        run = completed_run(f"run-{minutes}", begin, end)
        rule.record(middle, **run | {"run_id": f"step-{minutes}", "parent_run_id": run["run_id"],
                                     "parent_run_status": "Running", "end_time_utc_ms": milliseconds(middle)})
        rule.record(end, **run)
    rule.evaluate(*(14 + (minute + 0.75) / 60 for minute in range(20)))
    assert rule.alerts == []


def test_a_promise_that_is_kept_at_the_last_minute_is_no_alert(resource):
    missed = resource("promise-missed", ingestion_minutes=5)
    for begin, end in ((-6.3, -6.2), (5.7, 5.97)):
        missed.record(end, **completed_run(f"run-{end}", begin, end) | {"experiment_name": "price-sync"})
    missed.evaluate(*(6 + minute / 60 for minute in range(0, 20, 5)))
    assert [alert[1] for alert in missed.alerts if "17:45" in alert[2]] == []


def test_a_nightly_run_that_hangs_is_one_alert(resource):
    stuck = resource("run-stuck")
    stuck.record(1, **completed_run("yesterday", 0, 1))
    step = completed_run("step-1", 24, 24.3)
    stuck.record(24.3, **step | {"parent_run_id": "today", "parent_run_status": "Running"})
    stuck.evaluate(24.3, 25, 25.9)
    assert stuck.alerts == []
    stuck.evaluate(26.1, 27, 32)
    assert [alert[2] for alert in stuck.alerts] == ["today"]


def test_a_success_rate_that_drops_is_one_alert(resource):
    dropped = resource("success-rate-dropped")
    for hours in range(0, 48, 6):
        run = completed_run(f"run-{hours}", hours, hours + 1)
        dropped.record(hours + 1, **run | {"run_status": "Completed" if hours < 24 else "Failed"})
    dropped.evaluate(23, 24)
    assert dropped.alerts == []
    dropped.evaluate(44, 45, 46, 47)
    assert dropped.alerts == [("sample-ws", "flight-delay")]


def test_a_deployment_that_fails_is_one_alert_until_it_works_again(resource):
    unwell = resource("scoring-unwell")
    for minutes in range(0, 120, 2):
        unwell.service.answer(f"r{minutes}", minutes, code=500 if 30 <= minutes < 60 else 200, logged={})
    unwell.evaluate(0.4, 0.75, 1, 1.25, 1.75)
    assert unwell.alerts == [("sample-ws", "churn-scoring", "blue", "3", "fails")]


def test_invalid_events_within_an_hour_are_one_alert(resource):
    invalid = resource("invalid-events")
    for hours in (0, 0.2, 0.4):
        invalid.record(hours, type="invalid_event", reason="not JSON", event_id=f"event-{hours}")
    invalid.evaluate(0, 0.25, 0.5, 1, 1.5, 3)
    assert invalid.alerts == [()]


@pytest.mark.parametrize("rule", QUERY_RULES, ids=lambda rule: rule["name"])
def test_a_word_means_in_a_rule_what_it_means_in_the_page_and_in_the_workbook(rule):
    changed = {re.match(r"let (\w+) = ", replacement["text"])[1] for replacement in rule["replacements"]}
    assert changed <= set(OWN)


def test_the_page_says_how_far_back_the_rule_about_scoring_services_looks():
    [rule] = [rule for rule in RULES if rule["name"] == "scoring-unwell"]
    minutes = DURATIONS[rule["window"]] // timedelta(minutes=1)
    page = (REPOSITORY / "dashboard" / "static" / "index.html").read_text("utf-8")
    assert f"the alert looks at the last {minutes} minutes" in page


def test_the_rule_about_the_monitor_sees_all_that_its_query_looks_back_at():
    [rule] = [rule for rule in RULES if rule["name"] == "monitor-unwell"]
    hours = int(re.search(r"^let recent = (\d+)h;$", query_of(rule), re.MULTILINE)[1])
    assert DURATIONS[rule["window"]] == timedelta(hours=hours)

"""The alert rules of alerts.json and the workbook are deployed, with the queries of queries/."""
import json
import re
import shutil

import pytest

from tests.environment_setup.bicep.deployed import (
    APPLICATION_INSIGHTS, FOLDER, OTHER_WORKSPACE, REQUIRED, WORKSPACE, deploy, infrastructure, known_later)

QUERIES = FOLDER.parent / "queries"
DISABLED = ("promise-missed", "metric-dropped")  # what they are about is not there
RULES = [{"name": name, **rule} for name, rule in json.loads(
    (FOLDER / "alerts.json").read_text(encoding="utf-8")).items()]
QUERY_RULES = [rule for rule in RULES if rule["kind"] == "query"]
METRIC_RULES = [rule for rule in RULES if rule["kind"] == "metric"]
SERVICE_BUS = "Microsoft.ServiceBus/namespaces"


def by_name(rule):
    return rule["name"]


@pytest.fixture(scope="module")
def deployed():
    return infrastructure(existingWorkspaceId=WORKSPACE, moreWorkspaceIds=[OTHER_WORKSPACE], runNotebooks=True)


def query_of(rule):
    text = (QUERIES / rule["query"]).read_text(encoding="utf-8")
    for replacement in rule["replacements"]:
        text = text.replace(replacement["text"], replacement["with"])
    return text


@pytest.mark.parametrize("rule", QUERY_RULES, ids=by_name)
def test_a_query_rule_is_deployed_as_it_is_listed(deployed, rule):
    found = next(one for one in deployed.of_type("Microsoft.Insights/scheduledQueryRules")
                 if one.name == f"Sample-dev-{rule['name']}")
    component, group = deployed.the("Microsoft.Insights/components"), deployed.the("Microsoft.Insights/actionGroups")
    assert found.properties == {
        "displayName": rule["title"], "description": rule["description"], "severity": rule["severity"],
        "enabled": rule["name"] not in DISABLED, "scopes": [component.id], "windowSize": rule["window"],
        "evaluationFrequency": rule["frequency"], "autoMitigate": rule["autoMitigate"], "skipQueryValidation": True,
        "actions": {"actionGroups": [group.id]},
        "criteria": {"allOf": [{
            "query": query_of(rule), "timeAggregation": rule["timeAggregation"], "operator": rule["operator"],
            "threshold": rule["threshold"],
            "dimensions": [{"name": name, "operator": "Include", "values": ["*"]} for name in rule["dimensions"]],
            "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1}}]}}


@pytest.mark.parametrize("line, is_enabled", [
    ("    // 'team-ws', 'a', datetime(2022-10-03 06:00), 1d, '', 1h, '',", False),
    ("'team-ws', 'a', datetime(2022-10-03 06:00), 1d, '', 1h, '',", True),
])
def test_promises_are_watched_when_there_is_one_beside_the_examples(tmp_path, line, is_enabled):
    for folder in (FOLDER, QUERIES):
        shutil.copytree(folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "queries" / "expectations.kql"
    file.write_text(file.read_text(encoding="utf-8").replace(")[\n", f")[\n{line}\n", 1), encoding="utf-8")
    changed = deploy(tmp_path / FOLDER.name / "main.bicep", REQUIRED)
    found = {one.name: one.properties["enabled"] for one in changed.of_type("Microsoft.Insights/scheduledQueryRules")}
    assert found.pop("Sample-dev-promise-missed") is is_enabled
    assert not found.pop("Sample-dev-metric-dropped")
    assert set(found.values()) == {True}


def test_metrics_are_watched_where_they_are_recorded():
    changed = infrastructure(settings={"RECORD_METRICS": "auc"})
    [found] = [one for one in changed.of_type("Microsoft.Insights/scheduledQueryRules")
               if one.name == "Sample-dev-metric-dropped"]
    assert found.properties["enabled"]


def test_no_rule_is_left_out_and_none_is_added(deployed):
    assert len(deployed.of_type("Microsoft.Insights/scheduledQueryRules")) == len(QUERY_RULES)
    of_queue = [rule for rule in METRIC_RULES if rule["metricNamespace"] == SERVICE_BUS]
    of_topics = len(METRIC_RULES) - len(of_queue)
    assert len(deployed.of_type("Microsoft.Insights/metricAlerts")) == 2 * of_topics + len(of_queue)
    without = infrastructure(existingWorkspaceId=WORKSPACE)
    assert len(without.of_type("Microsoft.Insights/metricAlerts")) == of_topics


def test_the_queries_that_are_loaded_are_those_of_the_rules():
    text = (FOLDER / "modules" / "alerts.bicep").read_text(encoding="utf-8")
    loaded = re.findall(r"'([\w.]+)': loadTextContent\('\.\./\.\./queries/([\w.]+)'\)", text)
    assert all(name == file for name, file in loaded)
    assert {name for name, _ in loaded} == {rule["query"] for rule in QUERY_RULES}


@pytest.mark.parametrize("rule", METRIC_RULES, ids=by_name)
def test_a_metric_rule_watches_every_topic_or_the_queue_as_it_is_listed(deployed, rule):
    found = [one for one in deployed.of_type("Microsoft.Insights/metricAlerts")
             if one.name.startswith(f"Sample-dev-{rule['name']}-")]
    watched = deployed.of_type(rule["metricNamespace"])
    group = deployed.the("Microsoft.Insights/actionGroups")
    assert [one.properties["scopes"] for one in found] == [[one.id] for one in watched] != []
    for one in found:
        assert {name: value for name, value in one.properties.items() if name != "scopes"} == {
            "description": f"{rule['title']}: {rule['description']}", "severity": rule["severity"], "enabled": True,
            "windowSize": rule["window"], "evaluationFrequency": rule["frequency"],
            "autoMitigate": rule["autoMitigate"], "actions": [{"actionGroupId": group.id}],
            "criteria": {"odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria", "allOf": [{
                "criterionType": "StaticThresholdCriterion", "name": rule["metricName"],
                "metricNamespace": rule["metricNamespace"], "metricName": rule["metricName"],
                "timeAggregation": rule["timeAggregation"], "operator": rule["operator"],
                "threshold": rule["threshold"],
                "dimensions": [{"name": name, "operator": "Include", "values": ["*"]}
                               for name in rule["dimensions"]]}]}}


def test_mails_go_to_the_addresses():
    addresses = ["ada@example.com", "grace@example.com"]
    group = infrastructure(alertEmailAddresses=addresses).the("Microsoft.Insights/actionGroups")
    assert [one["emailAddress"] for one in group.properties["emailReceivers"]] == addresses
    assert len(group.properties["groupShortName"]) <= 12


def test_rules_are_where_their_application_insights_is():
    found = infrastructure(existingApplicationInsightsId=APPLICATION_INSIGHTS)
    for rule in found.of_type("Microsoft.Insights/scheduledQueryRules"):
        assert rule.properties["scopes"] == [APPLICATION_INSIGHTS]
        assert known_later(rule.body["location"]) == f"<{APPLICATION_INSIGHTS}.location>"


@pytest.mark.parametrize("existing", ["", APPLICATION_INSIGHTS], ids=["new", "existing"])
def test_the_workbook_asks_application_insights(existing):
    found = infrastructure(existingApplicationInsightsId=existing, moreWorkspaceIds=[OTHER_WORKSPACE])
    workbook = found.the("Microsoft.Insights/workbooks")
    component = existing or found.the("Microsoft.Insights/components").id
    content = json.loads((FOLDER / "workbook.json").read_text(encoding="utf-8"))
    [metrics] = [item["content"] for item in content["items"] if item["name"] == "event grid"]
    metrics["resourceIds"] = [topic.id for topic in found.of_type("Microsoft.EventGrid/systemTopics")]
    assert json.loads(workbook.properties["serializedData"]) == content | {"fallbackResourceIds": [component]}
    assert (workbook.body["kind"], workbook.properties["sourceId"]) == ("shared", component)

import pytest

from local_azure.machine_learning.run_history.filters import FilterError, matches

RECORD = {
    "runId": "step", "rootRunId": "pipeline", "parentRunId": "pipeline", "status": "Failed", "runType": None,
    "tags": {"team": "supply chain"}, "properties": {"azureml.runsource": "azureml.StepRun"}}


@pytest.mark.parametrize(("expression", "passes"), [
    (None, True),
    ("RootRunId eq pipeline", True),
    ("RootRunId eq another", False),
    ("(RootRunId eq pipeline and RunId ne step)", False),
    ("((RootRunId eq pipeline and (Status eq Failed)) and RunId ne pipeline)", True),
    ("(RootRunId eq pipeline) and (RunId eq step or Properties/azureml.nodeid eq a1)", True),
    ("(RootRunId eq pipeline) and (Status eq Completed or Status eq Canceled)", False),
    ("(ParentRunId eq null)", False), ("(EndTimeUtc eq null)", True),
    ("(RunType eq azureml.StepRun or Properties/azureml.runsource eq azureml.StepRun)", True),
    ("(RunType eq azureml.scriptrun or Properties/azureml.runsource eq azureml.scriptrun)", False),
    ('(Tags/team eq "supply chain")', True),
    ('(Tags/team eq "quality")', False),
    ("(Tags/team ne null or Tags/team eq null)", True),
    ("(Tags/owner ne null or Tags/owner eq null)", False)])
def test_run_passes_the_filters_of_the_sdk(expression, passes):
    assert matches(RECORD, expression) is passes


@pytest.mark.parametrize("expression", ["Status like Fail", "Colour eq red", "RunTypeV2/Orchestrator eq Execution"])
def test_any_other_filter_is_an_error(expression):
    with pytest.raises(FilterError):
        matches(RECORD, expression)


@pytest.mark.parametrize(("expression", "passes"), [
    ("(CreatedUtc ge 2024-01-01T00:00:00Z)", True), ("(CreatedUtc ge 2024-01-03T00:00:00Z)", False),
    ("(EndTimeUtc ge 2024-01-01T00:00:00Z)", False), ("(StartTimeUtc ge 2024-01-01T00:00:00Z)", False),
    ("(ParentRunId eq null)", True), ("(Status eq Failed)", False), ("(Tags/team eq quality)", False),
    ("(Properties/azureml.runsource eq null)", False)])
def test_a_run_of_any_shape_is_asked_without_an_error(expression, passes):
    record = {"createdUtc": "2024-01-02T08:00:00.1234567", "startTimeUtc": 5, "endTimeUtc": "yesterday", "status": {},
              "tags": None, "properties": ["azureml.runsource"]}
    assert matches(record, expression) is passes


def test_a_run_is_not_compared_with_what_is_no_time():
    with pytest.raises(FilterError, match="Not a time: today"):
        matches({"createdUtc": "2024-01-02T08:00:00Z"}, "CreatedUtc ge today")

"""The HTTP call that Data Factory and Logic Apps make to start a pipeline."""
import pytest

from tests.environment_setup.bicep.compiler import CompilerError
from tests.environment_setup.bicep.deployed import WORKSPACE
from tests.environment_setup.scheduling.declared import (
    BATCH, DATA_FACTORY, ENDPOINT, LOGIC_APP, PUBLISHED, RECURRENCE, REQUEST_ID, SCHEDULED_TIME, call_of, scheduler)

SERVICE = f"https://westeurope.api.azureml.ms/pipelines/v1.0{WORKSPACE}/PipelineRuns"
NATIONAL = {"name": "AzureUSGovernment", "resourceManager": "https://management.usgovcloudapi.net/"}

each_template = pytest.mark.parametrize("template", [DATA_FACTORY, LOGIC_APP], ids=lambda path: path.stem)


@each_template
@pytest.mark.parametrize(("pipeline", "route"), [
    (PUBLISHED, f"PipelineSubmit/{PUBLISHED['id']}"),
    (ENDPOINT, f"PipelineEndpointSubmit/Id/{ENDPOINT['id']}"),
    (ENDPOINT | {"version": "3"}, f"PipelineEndpointSubmit/Id/{ENDPOINT['id']}?pipelineVersion=3"),
], ids=["published", "endpoint", "version"])
def test_a_published_pipeline_is_submitted(template, pipeline, route):
    call = call_of(scheduler(template, pipeline, parameters={"param_batch_size": "50"}))
    assert (call.method, call.url, call.audience) == ("POST", f"{SERVICE}/{route}", "https://management.azure.com/")
    assert call.headers == {"Content-Type": "application/json"}
    assert call.body["ExperimentName"] == "batch_scoring"
    assert call.body["ParameterAssignments"] == {"param_batch_size": "50"}


@each_template
def test_a_run_says_which_schedule_started_it_and_for_which_time(template):
    tags = call_of(scheduler(template, PUBLISHED)).body["Tags"]
    assert tags == {"submitted_by": template.stem, "scheduled_time": SCHEDULED_TIME,
                    "schedule": "nightly/schedule" if template == DATA_FACTORY else "nightly"}


@each_template
def test_a_batch_endpoint_is_invoked_and_a_repeated_request_is_one(template):
    call = call_of(scheduler(template, BATCH, parameters={"param_batch_size": "50"}))
    assert (call.method, call.url) == ("POST", "https://scoring.westeurope.inference.ml.azure.com/jobs")
    assert call.audience == "https://ml.azure.com"
    assert call.headers["repeatability_request-id"] == REQUEST_ID
    assert call.body == {"properties": {
        "InputData": {"param_batch_size": {"JobInputType": "Literal", "Value": "50"}},
        "properties": {"experimentName": "batch_scoring"}}}


@each_template
def test_another_cloud_has_other_addresses_and_audiences(template):
    published, batch = (call_of(scheduler(template, pipeline), NATIONAL) for pipeline in (PUBLISHED, BATCH))
    assert published.url.startswith("https://westeurope.api.ml.azure.us/pipelines/")
    assert published.audience == "https://management.usgovcloudapi.net/"
    assert batch.url == "https://scoring.westeurope.inference.ml.azure.us/jobs"
    assert batch.audience == "https://ml.azure.us"


@each_template
def test_values_are_passed_on_as_they_are(template):
    texts = ["@today", "@{today}", "at @{today}", "@@", "a@b.example", "{}", "it's", "$(x) ${y}"]
    values = {f"p{number}": text for number, text in enumerate(texts)}
    assert call_of(scheduler(template, PUBLISHED, parameters=values)).body["ParameterAssignments"] == values


@each_template
@pytest.mark.parametrize(("wrong", "said"), [
    ({"workspaceId": "sample-ws"}, "no resource id of a workspace: sample-ws"),
    ({"recurrence": RECURRENCE | {"startTime": "tomorrow"}}, "startTime has to be a time such as 2026-12-01T06:00:00"),
    ({"recurrence": RECURRENCE | {"startTime": SCHEDULED_TIME}}, "startTime has to be a time such as"),
], ids=["workspace", "start", "zone in start"])
def test_what_cannot_be_is_refused_before_anything_is_created(template, wrong, said):
    with pytest.raises(CompilerError, match=said):
        scheduler(template, PUBLISHED, **wrong)


@pytest.mark.parametrize("wrong", [
    {"recurrence": {"frequency": "Day", "interval": 1}},
    {"recurrence": RECURRENCE | {"frequency": "Fortnight"}},
    {"recurrence": RECURRENCE | {"interval": 0}},
    {"pipeline": {"kind": "publishedPipeline"}},
    {"pipeline": {"kind": "draft", "id": "1"}},
    {"parameters": {"size": 50}},
], ids=["no start", "frequency", "interval", "no id", "kind", "number"])
def test_parameters_of_another_shape_do_not_compile(wrong):
    with pytest.raises(CompilerError, match="Compilation failed"):
        scheduler(DATA_FACTORY, **({"pipeline": PUBLISHED} | wrong))

import pytest

from azure_access.answers import Fields
from PipelineRunMonitor.runs import run_fields
from PipelineRunMonitor.runs.snapshots import RunSummary


@pytest.mark.parametrize("run, parent, root", [
    ({"rootRunId": "p"}, RunSummary("s"), "p"), ({}, RunSummary("s", root_run_id="p"), "p"), ({}, RunSummary("s"), "s"),
    ({"properties": {"azureml.rootpipelinerunid": "p"}}, RunSummary("s", root_run_id="q"), "p"),
    ({"properties": {"azureml.pipelinerunid": "p"}}, RunSummary("s"), "p"),
    ({"rootRunId": "r"}, RunSummary("s"), "s"), ({"rootRunId": ""}, None, "r"), ({}, None, "r"),
    ({"rootRunId": 5}, None, "r"), ({"rootRunId": "above"}, None, "above")])
def test_root_is_found_wherever_it_is_said(run, parent, root):
    assert run_fields.find_root(Fields(run), "r", parent) == root


@pytest.mark.parametrize("parent_id, expected", [("p", "p"), ("", None), (None, None), ("r", None), (["p"], None)])
def test_parent(parent_id, expected):
    assert run_fields.find_parent(Fields({"parentRunId": parent_id}), "r") == expected


def test_inputs_have_the_shape_of_get_details_and_what_is_new_in_them():
    details = {"inputDatasets": [
        {"identifier": {"savedId": "d"}, "consumptionType": "RunInput", "version": 3,
         "inputDetails": {"inputName": "raw", "mechanism": "Hdfs"}}, None, "d2"]}
    assert run_fields.describe(Fields(details), {}, None)["inputDatasets"] == [
        {"dataset": {"id": "d"}, "version": 3,
         "consumptionDetails": {"type": "RunInput", "inputName": "raw", "mechanism": "Hdfs"}}, None, "d2"]


def test_log_files_are_added_and_nulls_left_out():
    details = Fields({"logFiles": {"a": "1"}, "error": None, "new": {"x": None}})
    assert run_fields.describe(details, {"b": "2"}, "A. User") == {
        "logFiles": {"a": "1", "b": "2"}, "inputDatasets": [], "new": {"x": None}, "submittedBy": "A. User"}


def test_of_users_only_the_name_is_kept():
    user = {"userObjectId": "0b101b64", "userPuId": "10032", "userAltSecId": "1:live.com:0003", "userName": "A. User"}
    found = run_fields.describe(Fields({"createdBy": user, "lastModifiedBy": {"upn": "a@example.com"}}), {}, None)
    assert (found["createdBy"], found["lastModifiedBy"]) == ({"userName": "A. User"}, {"userName": None})


@pytest.mark.parametrize("created_by, expected", [
    ({"userName": "A. User"}, "A. User"), ({"userName": None, "upn": "a@example.com"}, "a@example.com"), ("x", None),
    (None, None)])
def test_submitter(created_by, expected):
    assert run_fields.find_submitter(Fields({"createdBy": created_by})) == expected

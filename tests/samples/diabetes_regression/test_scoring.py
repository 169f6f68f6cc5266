"""The service answers rows with predictions, tells of each request, and says what is wrong with one."""
import json

import joblib
import pytest
import score
import score_batch
from model_file import named_model
from patients import read_patients
from regression import train_model
from rows import RequestError, read_rows

ROW = [0.1] * 10
HEADERS = {"X-Ms-Client-Request-Id": "mine", "X-Request-Id": "theirs", "Traceparent": "00-a-b-01"}


@pytest.fixture(scope="module")
def trained():
    return train_model(read_patients("diabetes"), 0.4).model


@pytest.fixture
def model_folder(tmp_path, monkeypatch, trained):
    (tmp_path / "model").mkdir()
    joblib.dump(trained, tmp_path / "model" / "model.pkl")
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path))
    return tmp_path


def test_predictions_are_the_models_and_one_line_tells_of_the_request(model_folder, capsys, trained):
    score.init()
    answer = score.run(json.dumps({"data": [ROW, [0] * 10]}), HEADERS)
    assert answer == {"result": pytest.approx(trained.predict([ROW, [0] * 10]).tolist())}
    [line] = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert {name: said[name] for name in ("RequestId", "TraceParent", "NumberOfPredictions")} == {
        "RequestId": "mine", "TraceParent": "00-a-b-01", "NumberOfPredictions": 2}
    assert said["PredictionMin"] < said["PredictionMean"] < said["PredictionMax"]


@pytest.mark.parametrize(("folder", "named"), [
    ("/var/azureml-app/azureml-models/diabetes_regression/12", {"Model": "diabetes_regression", "ModelVersion": "12"}),
    ("/var/azureml-app/azureml-models", {})])
def test_model_is_named_by_its_folder(monkeypatch, folder, named):
    monkeypatch.setenv("AZUREML_MODEL_DIR", folder)
    assert named_model() == named


@pytest.mark.parametrize(("headers", "request_id"), [
    ({"X-Ms-Request-Id": "old", "X-Request-Id": "new"}, "old"), ({"X-Request-Id": "new"}, "new"), ({}, "")])
def test_request_is_known_by_what_the_caller_sent(headers, request_id):
    assert score.describe(headers, [1.0])["RequestId"] == request_id


@pytest.mark.parametrize(("text", "problem"), [
    ("{", "no JSON"), ("[]", "The body has to be"), ('{"data": []}', "at least one row"), ('{"data": 5}', "has to be"),
    ('{"data": [[1, 2]]}', "Row 0 has to be 10"), (json.dumps({"data": [ROW, ["1"] * 10]}), "Row 1 has a value"),
    (json.dumps({"data": [[True] * 10]}), "Row 0 has a value"), (json.dumps({"data": [[1e999] * 10]}), "Row 0 has"),
    (json.dumps({"data": [[0] * 10] * 10_001}), "10001 rows are too many")])
def test_wrong_request_says_what_is_wrong(text, problem):
    with pytest.raises(RequestError, match=problem):
        read_rows(text)


def test_batch_predicts_each_row_of_each_file(model_folder, trained):
    score_batch.init()
    (model_folder / "one.csv").write_text("\n".join([",".join(map(str, ROW))] * 2))
    (model_folder / "none.csv").write_text("")
    expected = trained.predict([ROW])[0]
    lines = score_batch.run([str(model_folder / "one.csv"), str(model_folder / "none.csv")])
    assert [line.split(",")[:2] for line in lines] == [["one.csv", "1"], ["one.csv", "2"]]
    assert float(lines[0].split(",")[2]) == pytest.approx(expected)


def test_batch_refuses_a_row_that_is_too_short(model_folder):
    score_batch.init()
    (model_folder / "short.csv").write_text("1,2\n")
    with pytest.raises(ValueError, match="short.csv: a row has to be 10 numbers"):
        score_batch.run([str(model_folder / "short.csv")])


@pytest.mark.parametrize(("content", "problem"), [
    (None, "has 0 files model.pkl, not one"), (b"no model", "model.pkl cannot be loaded: .* scoring/conda.yml")])
def test_a_service_without_a_model_does_not_start(tmp_path, monkeypatch, content, problem):
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path))
    if content:
        (tmp_path / "model.pkl").write_bytes(content)
    with pytest.raises(RuntimeError, match=problem):
        score.init()


def test_a_service_that_is_not_told_its_model_does_not_start(monkeypatch):
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)
    with pytest.raises(RuntimeError, match="AZUREML_MODEL_DIR is not set"):
        score.init()

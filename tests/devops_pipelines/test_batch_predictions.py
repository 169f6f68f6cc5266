"""What a batch deployment has predicted is held against the rows that it was given.

It is the sample's own score_batch.py that predicts.
"""
import joblib
import pytest
import score_batch
from patients import read_patients
from regression import train_model

from devops_pipelines import batch_predictions
from tests.programs import REPOSITORY

ROWS = REPOSITORY / "samples" / "diabetes_regression" / "scoring_rows"


@pytest.fixture(scope="module")
def predicted(tmp_path_factory):
    """The lines for the rows of the sample."""
    folder = tmp_path_factory.mktemp("model")
    joblib.dump(train_model(read_patients("diabetes"), 0.4).model, folder / "model.pkl")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZUREML_MODEL_DIR", str(folder))
        score_batch.init()
    return score_batch.run([str(file) for file in sorted(ROWS.iterdir())])


@pytest.fixture
def run(tmp_path, capsys):
    def run(*files):
        """Each a list of lines, as a job leaves them."""
        for number, lines in enumerate(files):
            folder = tmp_path / f"named-outputs-{number}" / "score"
            folder.mkdir(parents=True)
            (folder / "predictions.csv").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        code = batch_predictions.main(["--rows", str(ROWS), "--predictions", str(tmp_path)])
        return code, "".join(capsys.readouterr())
    return run


def test_a_prediction_for_each_row_is_what_is_wanted(run, predicted):
    code, text = run(predicted[::-1])
    assert (code, text.startswith("passed: 2 rows have predictions, ")) == (0, True)


@pytest.mark.parametrize(("change", "problem"), [
    (lambda lines: lines[:1], "no prediction for row 2 of two_patients.csv"),
    (lambda lines: [], "no prediction for row 1 of two_patients.csv, row 2 of"),
    (lambda lines: [*lines, lines[0]], "3 predictions for 2 rows"),
    (lambda lines: [*lines, "other.csv,1,5"], "of no row: row 1 of other.csv"),
    (lambda lines: [lines[0], "two_patients.csv,2,nan"], "is no number, or of no row: row 2 of two_patients.csv"),
    (lambda lines: [*lines, "hello"], "'hello' is not file,number,prediction"),
    (lambda lines: [lines[0], "two_patients.csv,2,much"], "'two_patients.csv,2,much' is not file")])
def test_other_predictions_are_a_failure(run, predicted, change, problem):
    code, text = run(change(predicted))
    assert code == 1 and problem in text


def test_a_job_that_has_left_nothing_is_a_failure(run):
    assert run() == (1, "batch_predictions: the job has left 0 files predictions.csv, not one\n")


def test_no_rows_prove_nothing(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        batch_predictions.main(["--rows", str(tmp_path), "--predictions", str(tmp_path)])
    assert ended.value.code == 2 and "has no rows" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff,1", b"1," + b"2" * 200_000, None])
def test_rows_that_cannot_be_read_are_named(tmp_path, capsys, content):
    file = tmp_path / "rows.csv"
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        batch_predictions.main(["--rows", str(tmp_path), "--predictions", str(tmp_path)])
    assert ended.value.code == 2 and f"the rows of {tmp_path} cannot be read: " in capsys.readouterr().err


def test_predictions_that_are_no_csv_are_a_failure(run):
    code, text = run(["1," + "2" * 200_000])
    assert code == 1 and "predictions.csv is no CSV file: field larger than" in text


def test_predictions_that_cannot_be_read_prove_nothing(tmp_path, capsys):
    (tmp_path / "predictions.csv").mkdir()
    assert batch_predictions.main(["--rows", str(ROWS), "--predictions", str(tmp_path)]) == 2
    assert "predictions.csv" in capsys.readouterr().err

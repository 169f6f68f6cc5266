"""What a model is trained with, and what is wrong with what it is not trained with."""
import numpy as np
import pytest
from patients import FEATURES, TARGET, Patients, PatientsError, read_patients
from regression import train_model

HEADER = ",".join((*FEATURES, TARGET))
ROW = "1,2,3,4,5,6,7,8,9,10,150"


@pytest.fixture
def csv_file(tmp_path):
    def write(*lines):
        file = tmp_path / "patients.csv"
        file.write_text("\n".join(lines))
        return str(file)
    return write


def test_scikit_learns_own_patients():
    patients = read_patients("diabetes")
    assert (patients.features.shape, patients.progression.shape) == ((442, 10), (442,))


def test_ridge_regression_is_measured_on_patients_held_back():
    trained = train_model(read_patients("diabetes"), 0.4)
    assert trained.metrics["mse"] == pytest.approx(3295.7149, abs=0.001)
    assert trained.metrics["prediction_p05"] < trained.metrics["prediction_mean"] < trained.metrics["prediction_p95"]
    assert trained.model.alpha == 0.4


def test_patients_of_a_file(csv_file):
    patients = read_patients(csv_file(HEADER, ROW, ROW))
    assert patients.features.tolist() == [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] * 2
    assert patients.progression.tolist() == [150, 150]


@pytest.mark.parametrize("rows", [0, 9])
def test_too_few_patients_make_no_model(csv_file, rows):
    patients = read_patients(csv_file(HEADER, *[ROW] * rows))
    assert len(patients) == rows and patients.features.shape == (rows, 10)
    assert train_model(patients, 0.4) is None


def test_ten_are_enough():
    assert train_model(Patients(np.eye(10), np.arange(10.0)), 0.4)


@pytest.mark.parametrize(("lines", "problem"), [
    ([], "has the columns of an empty file"),
    (["age,progression"], "has the columns age, progression; they have to be age, sex"),
    ([HEADER, ROW, "1,2"], "line 3: 2 values instead of 11"),
    ([HEADER, ROW.replace("150", "much")], "line 2: could not convert string to float: 'much'"),
    ([HEADER, ROW.replace("150", "inf")], "line 2: a value is not finite")])
def test_a_file_with_no_patients_says_what_is_wrong_and_where(csv_file, lines, problem):
    with pytest.raises(PatientsError, match=problem):
        read_patients(csv_file(*lines))


def test_a_file_that_is_not_there():
    with pytest.raises(PatientsError, match="none.csv cannot be read: No such file or directory. Give the path of a"):
        read_patients("none.csv")

"""What a step is given that it cannot use, or cannot write, is told in a line: a step's log is read by people."""
import os

import pytest
import train
from amounts import parse_amount, parse_finite
from evaluate import options as evaluation_options
from handover import Training, read_training, read_verdict, write_training
from patients import FEATURES, TARGET, PatientsError, read_patients

HEADER = ",".join((*FEATURES, TARGET))
TRAINING = Training({"alpha": "0.4"}, {"mse": 1.5})


def test_what_is_written_is_read(tmp_path):
    assert write_training(tmp_path / "model", TRAINING) == tmp_path / "model" / "model.pkl"
    assert read_training(tmp_path / "model") == TRAINING


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"{}", b"\xff", b'{"parameters": {}, "metrics": {"mse": "low"}}',
                                  b'{"parameters": 1, "metrics": null}', b'{"parameters": {}, "metrics": 5}'])
def test_a_damaged_file_of_the_step_before_is_named(tmp_path, text):
    (tmp_path / "training.json").write_bytes(text)
    with pytest.raises(SystemExit, match="training.json is damaged, or of another version of the step before"):
        read_training(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"verdict": {}}', '{"verdict": {"other": 1}, "comparison": {}}'])
def test_a_damaged_verdict_is_named(tmp_path, text):
    (tmp_path / "verdict.json").write_text(text)
    with pytest.raises(SystemExit, match="verdict.json is damaged, or of another version of the step before"):
        read_verdict(tmp_path)


def test_a_file_that_is_missing_or_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SystemExit, match="training.json is missing: the step before this one writes it"):
        read_training(tmp_path)
    (tmp_path / "training.json").mkdir()
    with pytest.raises(SystemExit, match="training.json cannot be read: Is a directory"):
        read_training(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="file/model/training.json cannot be written: Not a directory"):
        train.main(["--model", os.fspath(tmp_path / "file" / "model")])


@pytest.mark.parametrize("alpha", ["-1", "nan", "inf", "much"])
def test_an_alpha_that_none_can_be_is_told(capsys, tmp_path, alpha):
    with pytest.raises(SystemExit, match="2"):
        train.main(["--model", os.fspath(tmp_path), "--alpha", alpha])
    assert f"error: argument --alpha: '{alpha}' is no " in capsys.readouterr().err


def test_numbers_are_finite():
    assert (parse_amount("0"), parse_finite("-2.5")) == (0.0, -2.5)
    with pytest.raises(SystemExit):
        evaluation_options().parse_args(["--model", "m", "--verdict", "v", "--least_improvement", "nan"])


@pytest.mark.parametrize(("text", "said"), [
    (f"{HEADER}\n1,2,\xe4".encode("latin-1"), "is no UTF-8, at its byte 49: save it as CSV in UTF-8"),
    (HEADER.encode("utf-16"), "is no UTF-8, at its byte 0"),
    (f"{HEADER}\n{'1' * 200_000}".encode(), "is no CSV file: ")], ids=["latin-1", "utf-16", "one long value"])
def test_a_file_in_another_encoding_is_named(tmp_path, text, said):
    (tmp_path / "patients.csv").write_bytes(text)
    with pytest.raises(PatientsError, match=said):
        read_patients(os.fspath(tmp_path / "patients.csv"))


def test_a_mark_in_front_of_the_text_is_none_of_it(tmp_path):
    (tmp_path / "patients.csv").write_text(HEADER, "utf-8-sig")
    assert len(read_patients(os.fspath(tmp_path / "patients.csv"))) == 0

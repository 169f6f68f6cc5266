import re

import pytest

from PipelineRunMonitor.records import fingerprints

MESSAGE = ("Execution failed. User process 'python' exited with status code 1. Error: FileNotFoundError: "
           "/mnt/azureml/cr/j/0a1b2c3d4e5f/cap/data/part-00017.parquet is missing")


def test_fingerprint_is_16_hexadecimal_digits():
    assert re.fullmatch("[0-9a-f]{16}", fingerprints.of("UserError", MESSAGE))


@pytest.mark.parametrize("first, second", [
    ("run 9ba5c47b-6a01-481d-a364-0f950b4f7206 failed", "run 73947786-1972-4aa0-9464-3864ed95284a failed"),
    ("no /mnt/a/0a1b/data.csv", "no /tmp/x/data.csv"), (r"no C:\jobs\1\data.csv", r"no D:\jobs\22\other.csv"),
    ("took 12.5 s", "took 7 s"), ("at 2026-01-02T03:04:05.678Z", "at 2025-11-30T23:59:59.1Z"),
    ("see https://host.example/a?b=1", "see http://other.example/c"), ("Out of   memory", "out of\nmemory"),
    ("train_1664992981_8f14e45f gone", "train_1700000000_c9f0f895 gone"), ("at 0x7f3a2b", "at 0xdeadbeef01")])
def test_what_varies_from_run_to_run_is_left_out(first, second):
    assert fingerprints.of("UserError", first) == fingerprints.of("UserError", second)


@pytest.mark.parametrize("first, second", [
    (("UserError", "No module named 'pandas'"), ("UserError", "No module named 'numpy'")),
    (("UserError", "throttled"), ("ServiceError", "throttled")), ((None, "a"), ("a", "")),
    (("UserError", "deadbeef"), ("UserError", "facade")), (("UserError", "added"), ("UserError", "decade"))])
def test_different_errors_stay_apart(first, second):
    assert fingerprints.of(*first) != fingerprints.of(*second)


def test_the_end_of_a_long_message_does_not_count():
    assert fingerprints.of(None, MESSAGE * 20) == fingerprints.of(None, MESSAGE * 20 + "Traceback")

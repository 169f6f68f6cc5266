"""Where the milliseconds go, stage by stage."""
from tests.benchmarks.stages import measure


def test_every_stage_takes_its_time(laboratory, small_workload, monkeypatch):
    for name, value in {**laboratory.environment(), "RUN_READER": "rest"}.items():
        monkeypatch.setenv(name, value)
    outer = {stage.what: milliseconds for stage, milliseconds in measure(small_workload, 2) if not stage.inner}
    assert list(outer) == ["reading the event", "four reads", "the record", "the POST"]
    assert all(milliseconds > 0 for milliseconds in outer.values())

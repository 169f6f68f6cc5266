"""How the benchmark ends."""
import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from tests.benchmarks.bench import conclude
from tests.benchmarks.columns import COLUMNS


@pytest.fixture
def console():
    return Console(file=io.StringIO())


def test_with_every_target_met_it_ends_well_and_leaves_its_figures(results, tmp_path, console):
    output = tmp_path / "new" / "bench.json"
    assert conclude(results, output, console) == 0
    content = json.loads(output.read_text())
    assert {*COLUMNS, "growth", "counts", "targets", "conditions"} == set(content)
    assert content["targets"][0] == {"what": "ours: HTTP requests per event", "wanted": "at most 5", "measured": "5.00",
                                     "is_met": True}
    assert "NOT met" not in console.file.getvalue()


def test_a_missed_target_is_named_and_tells_in_the_exit_code(results, tmp_path, console):
    ours = results.columns["ours"]
    slow = replace(ours, burst=replace(ours.burst, cpu_seconds=2.0))
    slowed = replace(results, columns={**results.columns, "ours": slow})
    assert conclude(slowed, tmp_path / "bench.json", console) == 1
    assert "NOT met: ours: CPU ms per event\n" in console.file.getvalue()

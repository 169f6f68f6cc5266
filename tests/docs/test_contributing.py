"""The example of a scenario is one."""
import json
from collections import Counter

from local_azure.scenarios.expansion import Expansion
from tests.docs.pages import REPOSITORY, code_blocks


def test_example_of_a_scenario_expands_to_runs():
    [example] = [json.loads(block) for block in code_blocks(REPOSITORY / "docs" / "contributing.md")
                 if block.startswith("{")]
    assert Counter(run.record["status"] for run in Expansion(example).runs()) == {"Completed": 4, "Failed": 2}

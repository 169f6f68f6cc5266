"""What README and docs/one_machine.md show of the sample week is what is in it."""
import re
from collections import Counter

from local_azure.scenarios.models import Workspace
from tests.docs.pages import README, REPOSITORY, code_blocks

ENDED = ("Completed", "Failed", "Canceled", "NotResponding")


def test_numbers_are_those_of_the_sample_week(sample_workspace: Workspace) -> None:
    ended = Counter(run.record["status"] for run in sample_workspace.runs if run.record["status"] in ENDED)
    page = "\n".join(code_blocks(REPOSITORY / "docs" / "one_machine.md"))
    assert Counter({status: int(count) for status, count in re.findall(r"^([A-Z]\w+) +(\d+)$", page, re.M)}) == ended
    readme = README.read_text(encoding="utf-8")
    shown = re.findall(r"(?:published|delivered|recorded) \d+|week of \d+", readme)
    assert len(shown) == 5
    assert {text.split()[-1] for text in shown} == {str(ended.total())}

"""The page on playing runs: its story is one, and it explains every outcome."""
import json

from local_azure.commands.outcomes import Ending
from local_azure.stories.models import Story
from local_azure.stories.reading import read
from tests.docs.pages import REPOSITORY, code_blocks, names, rows

PAGE = REPOSITORY / "docs" / "play.md"


def test_the_story_of_the_page_can_be_played(tmp_path):
    [told] = [block for block in code_blocks(PAGE) if block.startswith("{")]
    (tmp_path / "story.json").write_text(told)
    [story] = read([tmp_path / "story.json"])
    assert isinstance(story, Story)
    assert [sorted(step.runs) for step in story.steps] == [["p1", "s1"]]
    assert json.loads(told)["steps"][0]["event"] == story.steps[0].event


def test_every_outcome_is_explained():
    explained = [name for cells in rows(PAGE, "What it says of an event") for name in names(cells[0])]
    assert explained == [str(ending) for ending in Ending]

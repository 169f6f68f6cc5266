"""The page of the settings names exactly the settings that there are."""
from NotebookRuns.settings import OWN_NAMES as NOTEBOOK_NAMES
from PipelineRunMonitor.settings import NAMES
from PipelineSchedule.settings import OWN_NAMES as SCHEDULE_NAMES
from tests.docs.pages import REPOSITORY, names, rows


def test_table_is_the_settings():
    table = rows(REPOSITORY / "docs" / "settings.md", "Settings")
    told = {name: names(others) for first, others, _ in table for name in names(first)}
    assert told == NAMES | SCHEDULE_NAMES | NOTEBOOK_NAMES

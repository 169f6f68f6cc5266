"""The page of the settings names exactly the settings that there are."""
from PipelineRunMonitor.settings import NAMES
from PipelineSchedule.settings import OWN_NAMES
from tests.docs.pages import REPOSITORY, names, rows


def test_table_is_the_settings():
    table = rows(REPOSITORY / "docs" / "settings.md", "Settings")
    assert {name: names(others) for first, others, _ in table for name in names(first)} == NAMES | OWN_NAMES

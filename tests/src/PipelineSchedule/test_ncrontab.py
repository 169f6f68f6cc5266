"""When a timer is due."""
from datetime import UTC, datetime

import pytest

from azure_access.errors import SettingsError
from PipelineSchedule.ncrontab import parse_schedule

AT = datetime(2026, 3, 4, 5, 6, 7, 800_000, UTC)  # a Wednesday


@pytest.mark.parametrize(("expression", "last"), [
    ("0 0 6 * * *", datetime(2026, 3, 3, 6, tzinfo=UTC)),
    ("0 0 5 * * *", datetime(2026, 3, 4, 5, tzinfo=UTC)),
    ("7 6 5 * * *", datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)),
    ("8 6 5 * * *", datetime(2026, 3, 3, 5, 6, 8, tzinfo=UTC)),
    ("0 */5 * * * *", datetime(2026, 3, 4, 5, 5, tzinfo=UTC)),
    ("*/30 * * * * *", datetime(2026, 3, 4, 5, 6, tzinfo=UTC)),
    ("0 30 9 * * 1-5", datetime(2026, 3, 3, 9, 30, tzinfo=UTC)),
    ("0 0 0 * * Sun", datetime(2026, 3, 1, tzinfo=UTC)),
    ("0 0 0 1 jan *", datetime(2026, 1, 1, tzinfo=UTC)),
    ("0 0 0 29 2 *", datetime(2024, 2, 29, tzinfo=UTC)),
    ("0 0 0 1 * 1", datetime(2025, 12, 1, tzinfo=UTC)),  # both fit, unlike in cron: the first of a month and a Monday
    ("0 15,45 4-5 * * *", datetime(2026, 3, 4, 4, 45, tzinfo=UTC)),
    ("0 10/20 * * * *", datetime(2026, 3, 4, 4, 50, tzinfo=UTC)),
    ("0 0 0 30 2 *", None),
])
def test_the_last_time_at_or_before_a_moment(expression, last):
    assert parse_schedule(expression).last_time(AT) == last


@pytest.mark.parametrize(("expression", "said"), [
    ("0 6 * * *", "it has 5 fields"), ("0 0 24 * * *", "'24' is not within 0 and 23"),
    ("0 0 6 * * 7", "'7' is not within 0 and 6"), ("0 0 6 0 * *", "'0' is not within 1 and 31"),
    ("0 */0 6 * * *", "not within"), ("0 5-1 6 * * *", "not within"), ("0 0 6 * foo *", "'foo' is no number"),
    ("0 0 6 L * *", "'L' is no number"), ("0 0 6 ? * *", "is none of"), ("0 0 6,, * * *", "is none of"),
])
def test_what_is_wrong_is_named_with_what_to_put_there(expression, said):
    with pytest.raises(SettingsError, match=said) as caught:
        parse_schedule(expression)
    assert "put six fields there" in str(caught.value)

from datetime import UTC, datetime

from local_azure.scenarios.times import iso, move


def test_time_is_written_with_microseconds_and_z():
    assert iso(datetime(2022, 10, 5, 18, 3, 7, 340605, tzinfo=UTC)) == "2022-10-05T18:03:07.340605Z"


def test_times_move_by_whole_days_wherever_they_stand():
    details = {
        "startTimeUtc": "2022-02-28T18:03:07.340605Z",
        "error": {"time": "2022-12-31T23:59:59Z", "details": [{"at": "2022-01-01T00:00:00.1234567+00:00"}]},
        "logFiles": {"log": "https://storage/log?skt=2022-10-05T15%3A54%3A29Z&sig=x"}}
    assert move(details, days=1) == {
        "startTimeUtc": "2022-03-01T18:03:07.340605Z",
        "error": {"time": "2023-01-01T23:59:59Z", "details": [{"at": "2022-01-02T00:00:00.1234567+00:00"}]},
        "logFiles": {"log": "https://storage/log?skt=2022-10-06T15%3A54%3A29Z&sig=x"}}


def test_what_is_no_time_stays():
    value = {"name": "rslex.log.2022-10-05-18", "released": "2022-10-05", "count": 3, "target": None}
    assert move(value, days=5) == value

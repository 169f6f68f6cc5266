"""What the command for schedules refuses before it asks Azure for anything."""
import pytest

from PipelineSchedule.__main__ import main

JOB = ["create", "weekly", "--job", "first", "--experiment", "e", "--start", "2026-12-01T06:00:00"]
PUBLISHED = ["create", "nightly", "--experiment", "e", "--start", "2026-12-01T06:00:00", "--frequency", "Day"]


@pytest.mark.parametrize(("arguments", "said"), [
    ([], "required: command"), (["start"], "invalid choice: 'start'"),
    (["create", "weekly", "--job", "first", "--experiment", "e", "--frequency", "Day"], "required: --start"),
    ([*JOB[:-1], "tomorrow", "--frequency", "Day"], "'tomorrow' is no time such as 2026-12-01T06:00:00"),
    (JOB, "one of --frequency and --cron"), ([*JOB, "--cron", "0 6 * * 1", "--hour", "6"], "--cron says by itself"),
    *(([*JOB, "--cron", cron], "is not minute, hour, *, * and day of the week, such as 0 6 * * 1-5") for cron in (
        "daily", "0 6 1 * *", "0 6 * 2 *", "0 25 * * *", "0 0 6 * * *", "0 6 * * someday")),
    ([*PUBLISHED, "--published", "nightly"], "'nightly' is no id such as 11111111-"),
    ([*PUBLISHED, "--endpoint", "latest"], "'latest' is no id such as 11111111-"),
    ([*PUBLISHED[:2], "--published", "1" * 8 + "-1111-1111-1111-" + "1" * 12, *PUBLISHED[2:-2], "--cron", "0 6 * * 1"],
     "--cron is for jobs alone"),
    ([*JOB, "--frequency", "Day", "--interval", "0"], "'0' is no number from 1 on"),
    ([*JOB, "--frequency", "Day", "--parameter", "size"], "'size' is no NAME=VALUE"),
    (["create", "..", *JOB[2:], "--frequency", "Day"], "'..' is no name and no id of a schedule"),
    *(([command, dots], f"'{dots}' is no name and no id of a schedule")
      for command in ("enable", "disable", "delete") for dots in ("", ".", ".."))])
def test_what_cannot_be_done_is_told_with_what_can(capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2 and said in capsys.readouterr().err


def test_what_a_run_cannot_have_is_told_field_by_field(capsys, monkeypatch):
    for name in ("SUBSCRIPTION_ID", "RESOURCE_GROUP", "WORKSPACE_NAME"):
        monkeypatch.setenv(name, "n")
    assert main([*JOB[:5], "two words", *JOB[6:], "--frequency", "Day"]) == 2
    assert "experiment_name: it is no text of letters, digits, _ and -" in capsys.readouterr().err


def test_a_setting_that_is_missing_is_named(capsys, monkeypatch):
    monkeypatch.delenv("WORKSPACE_NAME", raising=False)
    assert main(["list"]) == 2
    assert "WORKSPACE_NAME" in capsys.readouterr().err

"""Twice the text is twice the work: counted in calls, since what is slow inside of `re` would take minutes here."""
import sys

import pytest

from redaction.redactor import redact_text

PATTERNS = ['-a', 'eyJ-', 'http://', '://', 'a.', '--token ', 'sig', 'password=', 'pw=1 ', '"password": "', '\\',
            '\\"', 'key ', 'token ', 'password: x\n', 'password:\n', '<password>', '{"name":"password",',
            '("password","', '%41', '&quot;', '\x1b[1m', 'Aa0', ' ', '==', 'user,password\n', 'curl -u ', 'mysql -p',
            'the password is ', '{', '[', 'password={', 'https://a:b/', '-----BEGIN PRIVATE KEY-----',
            '- name: password\n  value: ', '密码是', 'bearer ', 'secret=$A;', 'password: |\n  a\n', 'ENV PASSWORD ',
            'auth auth=', "token=f('a') ", '0', '\n', 'a@', 'a b=']
SHORT, LONG = 20_000, 40_000  # characters


def count_calls(text: str) -> int:
    calls = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        redact_text(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("pattern", PATTERNS)
def test_work_grows_with_the_text(pattern: str):
    count_calls(pattern * 20)  # what is built at the first call
    short, long = (count_calls(pattern * (length // len(pattern))) for length in (SHORT, LONG))
    assert long <= 2.6 * short + 100

"""Twice the text is twice the work: counted in calls, since what is slow inside of `re` would take minutes here."""
import pytest

from redaction.redactor import redact_text
from tests.calls import count_calls

PATTERNS = ['-a', 'eyJ-', 'http://', '://', 'a.', '--token ', 'sig', 'password=', 'pw=1 ', '"password": "', '\\',
            '\\"', 'key ', 'token ', 'password: x\n', 'password:\n', '<password>', '{"name":"password",',
            '("password","', '%41', '&quot;', '\x1b[1m', 'Aa0', ' ', '==', 'user,password\n', 'curl -u ', 'mysql -p',
            'the password is ', '{', '[', 'password={', 'https://a:b/', '-----BEGIN PRIVATE KEY-----',
            '- name: password\n  value: ', '密码是', 'bearer ', 'secret=$A;', 'password: |\n  a\n', 'ENV PASSWORD ',
            'auth auth=', 'a, password = "x", ', 'x.login("a", "', '--token: invalid choice: ',
            '@secure()\nparam a string = ', '##vso[task.setvariable variable=token]',
            'token\n  a [type=b, input_value=', 'key \\\n', 'a:b@c.d ',
            'snmp-server host a key ', 'a,\npassword = ', 'username":"a","key":"', '[0m',
            '.vault.azure.net/secrets/', "token=f('a') ",
            '0', '\n', 'a@', 'a b=']
SHORT, LONG = 20_000, 40_000  # characters


@pytest.mark.parametrize("pattern", PATTERNS)
def test_work_grows_with_the_text(pattern: str):
    redact_text(pattern * 20)  # what is built at the first call
    short, long = (count_calls(lambda: redact_text(pattern * (length // len(pattern)))) for length in (SHORT, LONG))
    assert long <= 2.6 * short + 100

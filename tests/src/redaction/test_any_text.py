"""Whatever stands in a text, redaction ends without an error."""
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.redactor import redact

# What the stations look for, put together as no language does.
PIECES = ["password", "user", "tokens", "api key", "--token", "SECRET_KEY", "key", "username", "snmp-server host",
          "key 7 ", "@secure()", "param a string", "::add-mask::", "##vso[task.setvariable variable=token]", "https://",
          "a:b@c.d", "curl -b ", "mysql -p", "docker login ", "<<<", "echo ", "| --password-stdin", "x.login(",
          "hmac.new(", "oracledb.connect(", "argument --token: invalid choice: ", "Invalid value for ", "input_value=",
          "full_key: ", "schema['", "identified by ", " replace ", "Zephyr12!x9", "hunter2", "eyJ", "=", ": ", ", ",
          ":=", " -> ", "(", ")", "[", "]", "{", "}", "<", ">", "'", '"', "`",
          "\\", "\n", "\r\n", " ", "\t", "|", "%41",
          "&quot;", "\\u0022", "\x1b[31m", "[0m", "\u200b", "\ud800", "\U0001f600", "\u5bc6\u7801",
          "\u0130", "\ufb01", "[redacted]", "/t/", "==", "$", "#", ";"]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=14).map("".join)


@settings(deadline=None, max_examples=200, derandomize=True, database=None)
@given(TEXTS)
def test_no_text_raises(text: str):
    assert redact({text: [text, {"username": text, "key": text}]})

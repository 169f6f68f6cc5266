"""Text from outside in the log of a pipeline."""
import pytest

from devops_pipelines.log_lines import log_line


@pytest.mark.parametrize("text, line", [
    ("##vso[task.setvariable variable=a]b", "# #vso[task.setvariable variable=a]b"), ("a ###vso[x]", "a # # #vso[x]"),
    ("Busy\n##[error]no", r"Busy\n# #[error]no"), ("a\r\x1b[2J\u2028\u202eb", r"a\r\x1b[2J\u2028\u202eb"),
    ("run #7 of prices: 50 % é 火", "run #7 of prices: 50 % é 火"), ("", "")])
def test_a_text_is_one_line_and_no_command(text, line):
    assert log_line(text) == line

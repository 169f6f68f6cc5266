"""The page of the record describes every dimension that the code writes."""
import re

from tests.docs.pages import REPOSITORY, code_names

SOURCE = REPOSITORY / "src" / "PipelineRunMonitor"


def test_every_dimension_is_described():
    code = "".join(file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py")
                   if file.name in ("dimensions.py", "record.py"))
    written = set(re.findall(r'^        "(\w+)":', code, re.MULTILINE)) | {"reason"}
    assert len(written) > 45
    assert written <= code_names(REPOSITORY / "docs" / "record.md")

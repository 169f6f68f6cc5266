"""What is found does not depend on what was looked at before."""
import base64

from redaction.redactor import redact_text
from redaction.text import find_places

SECRET = "hunter" "2secret"


def test_text_that_was_clean_deep_inside_of_others_is_looked_at_again():
    encoded = base64.b64encode(f"password: {SECRET}".encode()).decode()
    assert not find_places(f"x {encoded}", depth=3)
    assert redact_text(f"x {encoded}") == "x [redacted]"


def test_same_text_twice_gives_the_same():
    text = f"train.py --db-password {SECRET} --epochs 5"
    assert redact_text(text) == redact_text(text) == "train.py --db-password [redacted] --epochs 5"
    assert redact_text("train.py --epochs 5") == redact_text("train.py --epochs 5") == "train.py --epochs 5"


def test_text_with_more_names_than_any_has_is_cut_off_there():
    clean = redact_text(f"epochs: 5\n{'token: abc1 ' * 50_000}password: {SECRET}")
    assert clean.startswith("epochs: 5\ntoken: [redacted]")
    assert "abc1" not in clean and SECRET not in clean

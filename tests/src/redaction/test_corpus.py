"""Whatever secret of the corpus, wherever it is planted and however it is encoded there, it does not leave."""
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.redactor import redact, redact_text
from tests.src.redaction.corpus.kinds import Planted, harmless, planted
from tests.src.redaction.corpus.leaks import REACH, measure
from tests.src.redaction.corpus.spots import SPOTS, is_left

CORPUS = list(planted())
CERTAIN = [item for item in CORPUS if REACH.get(item.group) == 99.5]


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.sampled_from(CERTAIN), st.sampled_from(sorted(SPOTS)))
def test_secret_of_a_listed_kind_does_not_leave(item: Planted, spot: str):
    shown = json.dumps(redact(SPOTS[spot](item.text)), ensure_ascii=False)
    assert not [secret for secret in item.secrets if is_left(secret, shown)]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.sampled_from(CERTAIN), st.sampled_from(sorted(SPOTS)))
def test_what_is_redacted_stays_as_it_is(item: Planted, spot: str):
    clean = redact(SPOTS[spot](item.text))
    assert redact(clean) == clean


@pytest.mark.parametrize("spot", ["text", "member", "JSON in JSON behind words"])
def test_reach(spot: str):
    figures = measure(CORPUS, {spot: SPOTS[spot]})
    assert not figures.groups_below_reach()


def test_harmless_values_stay():
    texts = harmless()
    taken = [text for text in texts if redact_text(text) != text or redact({"x": [text]}) != {"x": [text]}]
    assert len(taken) <= 0.05 * len(texts), taken


def test_the_corpus_notices_a_leak():
    item = next(item for item in CORPUS if item.kind == "GitHub PAT")
    for spot, plant in SPOTS.items():
        assert is_left(item.secrets[0], json.dumps(plant(item.text), ensure_ascii=False)) or spot.startswith("base64")

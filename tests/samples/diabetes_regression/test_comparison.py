"""A new model is compared by any metric, in either direction, and every verdict has its reason."""
import pytest
from comparison import HIGHER, LOWER, Comparison, Registered

OLD = Registered("diabetes", 3, {"mse": "3000", "r2": "0.5", "text": "good", "none": "nan"})


def judge(metrics, registered=OLD, metric="mse", direction=LOWER, least=0.0):
    return Comparison(metric, direction, least).judge(metrics, registered)


@pytest.mark.parametrize(("metrics", "rule", "outcome", "registers"), [
    ({"mse": 2999.0}, {}, "better", True),
    ({"mse": 3000.0}, {}, "not_better", False),
    ({"mse": 3000.0 - 1e-7}, {}, "not_better", False),
    ({"mse": 3001.0}, {}, "not_better", False),
    ({"mse": 2950.0}, {"least": 50}, "better", True),
    ({"mse": 2950.1}, {"least": 50}, "not_better", False),
    ({"r2": 0.6}, {"metric": "r2", "direction": HIGHER}, "better", True),
    ({"r2": 0.4}, {"metric": "r2", "direction": HIGHER}, "not_better", False),
    ({"mse": 1.0}, {"registered": None}, "first", True),
    ({"mse": 1.0}, {"metric": "mae"}, "no_metric", False),
    ({"mse": float("nan")}, {}, "no_metric", False),
    ({"mse": float("nan")}, {"registered": None}, "no_metric", False),
    (None, {}, "no_model", False),
    (None, {"registered": None}, "no_model", False),
    ({"mae": 1.0}, {"metric": "mae"}, "nothing_to_compare", True),
    ({"text": 1.0}, {"metric": "text"}, "nothing_to_compare", True),
    ({"none": 1.0}, {"metric": "none"}, "nothing_to_compare", True)])
def test_verdict(metrics, rule, outcome, registers):
    verdict = judge(metrics, **rule)
    assert (verdict.outcome, verdict.registers) == (outcome, registers)
    assert verdict.reason.endswith(".")


def test_reason_names_both_values_the_model_and_what_is_wanted():
    verdict = judge({"mse": 2990.5}, least=50)
    assert verdict.reason == ("mse 2990.5 after 3000 of diabetes version 3 is not better: lower is wanted, by 50 at "
                              "least.")
    assert (verdict.improvement, verdict.compared_version) == (9.5, 3)

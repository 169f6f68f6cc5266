"""Predictions of scoring services by day, beside those of the training."""
import pytest

from local_azure.scenarios.scoring import scoring_items
from tests.queries.conftest import KEY, Insights
from tests.queries.scoring_rows import NOON, Service


def test_the_sample_services_predictions_leave_those_of_its_training(sample_records, now):
    insights = Insights()
    insights.record_all(sample_records)
    insights.send_items(scoring_items(now, KEY))
    rows = insights.ask("predictions_by_day")
    insights.store.close()
    assert [row["model_version"] for row in rows] == ["41", "41", "41", "42", "42"]
    assert all(abs(row["shift"]) < 0.3 for row in rows[:4]) and rows[4]["shift"] > 0.5


def test_means_and_deviations_are_of_all_predictions_of_a_day(insights):
    service = Service(insights.store)
    for name, count, mean in (("one", 3, 1.0), ("two", 1, 5.0)):
        service.answer(name, logged={"NumberOfPredictions": count, "PredictionMean": mean, "PredictionStd": 0.0})
    [row] = insights.ask("predictions_by_day", model="churn", since=NOON)
    assert (row["predictions"], row["prediction_mean"]) == (4, 2.0)
    assert row["prediction_std"] == pytest.approx(3 ** 0.5)
    assert (row["training_mean"], row["shift"], insights.ask("predictions_by_day", model="other")) == (None, None, [])


def test_a_line_that_sampling_left_counts_for_those_that_it_took(insights):
    Service(insights.store, sample_rate=25).answer("one", logged={"NumberOfPredictions": 1, "PredictionMean": 1.0})
    Service(insights.store).answer("two", logged={"NumberOfPredictions": 1, "PredictionMean": 6.0})
    [row] = insights.ask("predictions_by_day")
    assert (row["predictions"], row["prediction_mean"]) == (5, 2.0)


def test_without_deviations_the_deviation_is_that_of_the_means(insights):
    service = Service(insights.store)
    for name, count, mean in (("one", 1, 1.0), ("two", 1, 3.0), ("three", 2, 5.0)):
        service.answer(name, logged={"NumberOfPredictions": count, "PredictionMean": mean})
    [row] = insights.ask("predictions_by_day")
    assert (row["prediction_mean"], row["prediction_std"]) == (3.5, pytest.approx(2.75 ** 0.5))

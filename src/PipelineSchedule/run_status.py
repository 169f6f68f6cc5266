"""The function that tells what became of a run. Who reads the run is passed in: this package knows no other."""
from collections.abc import Callable, Mapping
from typing import Any

from .answers import Answer
from .submit_pipeline import answer_in_time

ReadOutcome = Callable[[str, float], Mapping[str, Any]]
"""Of a run id, within so many seconds: what is answered. Raises MonitorError."""


def main(run_id: str, read_outcome: ReadOutcome) -> Answer:
    """Raises nothing."""
    return answer_in_time(lambda deadline: Answer(200, read_outcome(run_id, deadline.remaining_seconds())),
                          late_message="Azure Machine Learning takes too long: ask again")

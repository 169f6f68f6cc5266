"""The second step: compares the new model with the registered one, and records what came out and why.

    python evaluate.py --model outputs/model --verdict outputs/verdict

It never ends the pipeline: a model that is not better is an outcome, not a failure.
"""
import argparse
from collections.abc import Sequence
from pathlib import Path

from amounts import parse_finite
from comparison import DIRECTIONS, LOWER, Comparison, Verdict
from handover import read_training, write_verdict
from registry import latest
from step_run import StepRun

MODEL_NAME = "diabetes_regression"


def main(arguments: Sequence[str] | None = None) -> None:
    given = options().parse_args(arguments)
    step = StepRun.current()
    comparison = Comparison(given.metric, given.direction, given.least_improvement)
    verdict = comparison.judge(read_training(given.model).metrics, latest(step.workspace, given.model_name))
    write_verdict(given.verdict, verdict, comparison)
    print(f"{verdict.outcome}: {verdict.reason}")
    step.record({"evaluation": verdict.outcome, "evaluation_reason": verdict.reason}, metrics(verdict))


def metrics(verdict: Verdict) -> dict[str, float]:
    return {"is_better": int(verdict.registers),
            **({} if verdict.improvement is None else {"improvement": verdict.improvement})}


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="what train.py has written")
    parser.add_argument("--verdict", type=Path, required=True, metavar="FOLDER", help="where the verdict is written to")
    parser.add_argument("--model_name", default=MODEL_NAME, help="under which models are registered")
    parser.add_argument("--metric", default="mse", help="by which models are compared")
    parser.add_argument("--direction", choices=DIRECTIONS, default=LOWER, help="which values of it are better")
    parser.add_argument("--least_improvement", type=parse_finite, default=0.0, help="in the metric's unit")
    return parser


if __name__ == "__main__":
    main()

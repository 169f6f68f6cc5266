"""The third step: registers the new model where it is better, and records that it did, or why not.

    python register.py --model outputs/model --verdict outputs/verdict [--build_id 42]

One build registers one model, however often its pipeline runs. Where another build has registered one since the
evaluation, the new model has to be better than that one too. Of two that register in the same moment, the registry says
which was first, by their versions: the second one looks at the first, and is withdrawn where it would not have been
registered after it. Where it stays, the reason names the best that it had to be better than.
"""
import argparse
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from comparison import Comparison, Registered, Verdict
from evaluate import MODEL_NAME
from handover import Training, read_training, read_verdict
from registry import BUILD, NO_BUILD, between, latest, of_build, withdraw
from step_run import StepRun

REGISTERED, ALREADY_REGISTERED, NOT_REGISTERED = "registered", "already_registered", "not_registered"


def main(arguments: Sequence[str] | None = None) -> None:
    given = options().parse_args(arguments)
    step = StepRun.current()
    tags = register(step, given)
    print(f"{tags['registration']}: {tags['registration_reason']}")
    step.record(tags, {"is_registered": int(tags["registration"] == REGISTERED)})


def register(step: StepRun, given: argparse.Namespace) -> dict[str, str]:
    """What is recorded of it, as tags."""
    verdict, comparison = read_verdict(given.verdict)
    training, workspace = read_training(given.model), step.workspace
    if earlier := of_build(workspace, given.model_name, given.build_id):
        return already_registered(given.build_id, earlier)
    current = latest(workspace, given.model_name)
    seen, found = verdict.compared_version or 0, current.version if current else 0
    if found != seen:  # one that came meanwhile, or what was seen was withdrawn
        verdict = comparison.judge(training.metrics, current)
    if not verdict.registers:
        return tags(NOT_REGISTERED, verdict.reason)
    version = step.register_model(given.model, given.model_name, {
        **training.parameters, **{name: str(value) for name, value in (training.metrics or {}).items()},
        **step.origin, **({} if given.build_id == NO_BUILD else {BUILD: given.build_id})})
    # Once more what it was evaluated against: the latest may be one that is about to be withdrawn.
    others = between(workspace, given.model_name, min(seen, found) - 1, version)
    if overtaken := refusal(training, comparison, given.build_id, others):
        withdraw(workspace, given.model_name, version)
        return overtaken
    closest = min((comparison.judge(training.metrics, other) for other in others), key=lead, default=verdict)
    return tags(REGISTERED, closest.reason, given.model_name, version)


def refusal(training: Training, comparison: Comparison, build_id: str,
            others: Iterable[Registered]) -> dict[str, str] | None:
    """Why the new model is not registered beside others that came before it; None where it is."""
    for other in others:
        if build_id != NO_BUILD and other.tags.get(BUILD) == build_id:
            return already_registered(build_id, other)
        verdict = comparison.judge(training.metrics, other)
        if not verdict.registers:
            return tags(NOT_REGISTERED, verdict.reason)
    return None


def lead(verdict: Verdict) -> float:
    """By how much it is better, in the metric's unit: over one that has no such metric by any."""
    return math.inf if verdict.improvement is None else verdict.improvement


def already_registered(build_id: str, model: Registered) -> dict[str, str]:
    return tags(ALREADY_REGISTERED, f"Build {build_id} has registered {model}.", model.name, model.version)


def tags(registration: str, reason: str, name: str | None = None, version: int | None = None) -> dict[str, str]:
    return {"registration": registration, "registration_reason": reason,
            **({"model_name": name, "model_version": str(version)} if name else {})}


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="what train.py has written")
    parser.add_argument("--verdict", type=Path, required=True, metavar="FOLDER", help="what evaluate.py has written")
    parser.add_argument("--model_name", default=MODEL_NAME, help="under which the model is registered")
    parser.add_argument("--build_id", default=NO_BUILD, help="of the build that has published the pipeline")
    return parser


if __name__ == "__main__":
    main()

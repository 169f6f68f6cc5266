"""Train twice, register the better model, deploy it, ask it, and show what is known of it all.

Starts a local Azure and runs the sample's pipeline in it twice. The second model is worse, so it is not registered. The
first is deployed to an online endpoint, which is Microsoft's inference server on this machine, in an environment that
is made at the first start; the smoke test of the release pipeline asks it, and finds its request in Application
Insights. Nothing is left running; the telemetry stays for `python -m local_azure query`.
"""
import argparse
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from ....cloud import LocalAzure
from ....options import Options
from ....scenarios.loading import load
from ...failure import CommandError
from ...prepare import add_environments, prepare_environment
from ...saying import say
from ...starting import StopSignals, started
from ...tables import format_table, terminal_width
from ..caller import calling
from ..records import wait_for_records
from . import shown
from .serving import DEPLOYMENT, ENDPOINT, Server
from .training import STEPS, Trainer, Training, publish

_BUILDS = {"1": "0.4", "2": "50"}
"""Their alphas: the second holds the coefficients back too much."""
_ROWS = [[0.04, 0.05, 0.06, 0.02, -0.04, -0.03, -0.04, 0.0, 0.02, -0.02], [0.0] * 10]
_REQUESTS: Mapping[str, Any] = {
    **{f"demo-{number}": {"data": _ROWS[:1 + number % 2]} for number in range(4)}, "demo-wrong": {"data": [[1.0]]}}
_WRONG = 424  # the model's server has refused it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_environments(parser)


def run(arguments: argparse.Namespace) -> int:
    console, workspace = Console(highlight=False), load(datetime.now(UTC))
    options = Options(inference=prepare_environment(arguments.environments, console))
    with started(arguments.folder, workspace, options, console) as (local_azure, signals):
        trainings, registered = _train(local_azure, signals, console)
        if not registered:
            raise CommandError("no model was registered: the trainings ended as "
                               + ", ".join(str(training.outcome) for training in trainings))
        answered = _serve(local_azure, signals, console, registered[0]["id"])
        ids = [training.run_id for training in trainings]
        is_recorded = wait_for_records(local_azure.store, ids, len(ids) * (1 + len(STEPS)), console, signals.pause)
        is_asked = shown.wait_for_requests(local_azure.store, answered, signals.pause)
        store = local_azure.store
        tables = {"the registry": shown.registry(registered),
                  "requests, and what was logged of them (queries/scoring_requests.kql)": shown.requests(store),
                  "the service, and the run that made its model (queries/scoring_health.kql)": shown.health(store),
                  "what the monitor has recorded of the runs": shown.runs(store, ids)}
    for name, table in tables.items():
        say(console, "", f"{name}:", "", *format_table(table, width=terminal_width()).splitlines())
    if problems := list(_problems(trainings, answered, is_recorded, is_asked)):
        for problem in problems:
            print(f"{arguments.prog}: {problem}", file=sys.stderr)
        return 1
    return 0


def _train(local_azure: LocalAzure, signals: StopSignals,
           console: Console) -> tuple[list[Training], list[dict[str, Any]]]:
    """Once for each build; and the models that are registered then."""
    environment, trainings = local_azure.sdk_environment(), []
    with calling(environment) as caller:
        with console.status("publishing the sample's pipeline …"):
            trainer = Trainer(caller, publish(environment, signals.pause), signals.pause)
        for build_id, alpha in _BUILDS.items():
            with console.status(f"training for build {build_id} …") as status:
                trainings.append(trainer.train(status, alpha=alpha, build_id=build_id))
            say(console, f"build {build_id}, alpha {alpha}: {trainings[-1].outcome}")
        return trainings, trainer.registered()


def _serve(local_azure: LocalAzure, signals: StopSignals, console: Console, model_id: str) -> dict[str, int]:
    """How the requests were answered that came after the smoke test."""
    environment = local_azure.sdk_environment()
    with calling(environment) as caller:
        server = Server(caller, local_azure.endpoints, signals.pause)
        with console.status(f"deploying {model_id} …"):
            server.deploy(model_id)
        say(console, f"deployed {model_id} as {DEPLOYMENT} of the endpoint {ENDPOINT}; it has no traffic yet")
        with console.status("smoke test, which waits for telemetry …"):
            lines = server.smoke_test(environment)
        say(console, *(f"  {line}" for line in lines))
        server.move_traffic()
        answered = server.ask(_REQUESTS)
        say(console, f"moved the traffic to {DEPLOYMENT}; {len(answered)} requests were answered with "
                     f"{', '.join(map(str, answered.values()))}")
    return answered


def _problems(trainings: list[Training], answered: Mapping[str, int], is_recorded: bool,
              is_asked: bool) -> Iterator[str]:
    outcomes = [training.tags.get("registration") for training in trainings]
    if outcomes != ["registered", "not_registered"]:
        yield f"the pipeline runs should have registered one model and not the other: {outcomes}"
    if answered != {request_id: _WRONG if request_id == "demo-wrong" else 200 for request_id in _REQUESTS}:
        yield f"the requests were answered otherwise than they should be: {answered}"
    if not is_recorded:
        yield "not every run was recorded: functions_host.log says why"
    if not is_asked:
        yield "not every request, or not its log line, came to Application Insights"

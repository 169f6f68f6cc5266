"""azure.yaml leads to the infrastructure and the code, and subscribes to the events once the function is there."""
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from devops_pipelines import smoke_test
from tests.environment_setup.bicep.deployed import EVENT_SUBSCRIPTION, MAIN, WORKSPACE, deploy, infrastructure

REPOSITORY = Path(__file__).parents[2]
PROJECT = yaml.safe_load((REPOSITORY / "azure.yaml").read_text(encoding="utf-8"))
HOOK = PROJECT["hooks"]["postdeploy"]
EXPRESSION = re.compile(r"\[.*\]")  # what Azure puts a value in the place of
# It notes its arguments, and knows the function from the time on that the file `listed` counts down to.
AZ = """#!/bin/sh
for argument in "$@"; do printf '%s\\n' "$argument"; done >> calls; echo --- >> calls
[ "$1" != cloud ] || { echo https://query.example; exit 0; }
[ "$1 $2" = "functionapp function" ] || { echo "answer to $1"; exit 0; }
left=$(cat listed); echo $((left - 1)) > listed; [ "$left" -le 0 ]
"""


# Notes what is not az's, and the secrets that it is given.
PYTHON = """#!/bin/sh
for argument in python3 "$@" "$FUNCTION_KEY" "$QUERY_TOKEN"; do printf '%s\\n' "$argument"; done >> calls
echo --- >> calls
exit "${SMOKE_TEST:-0}"
"""


def outputs():
    """As azd hands the outputs of the infrastructure to a hook: texts, and JSON for what is none."""
    found = infrastructure(existingWorkspaceId=WORKSPACE).outputs
    return {name: str(value) if isinstance(value, str) else json.dumps(value) for name, value in found.items()}


@pytest.fixture
def run_hook(tmp_path):
    def run(listed_after, smoke_test="0"):
        for name, text in (("az", AZ), ("sleep", "#!/bin/sh\n"), ("python3", PYTHON)):
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o755)
        (tmp_path / "listed").write_text(str(listed_after))
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "AZURE_RESOURCE_GROUP": "monitor",
                       "AZURE_SUBSCRIPTION_ID": "one", "SMOKE_TEST": smoke_test, **outputs()}
        code = subprocess.run([HOOK["shell"], "-c", HOOK["run"]], cwd=tmp_path, env=environment, timeout=60,
                              capture_output=True).returncode
        calls = (tmp_path / "calls").read_text().split("---\n")[:-1]
        return code, [call.splitlines() for call in calls]
    return run


def test_paths_and_names_are_those_of_the_project():
    assert REPOSITORY / PROJECT["infra"]["path"] / f"{PROJECT['infra']['module']}.bicep" == MAIN
    [(name, service)] = PROJECT["services"].items()
    assert (REPOSITORY / service["project"] / "host.json").exists()
    assert (service["language"], service["host"]) == ("python", "function")
    assert infrastructure().the("Microsoft.Web/sites").body["tags"]["azd-service-name"] == name


def test_the_subscription_is_made_when_the_function_is_listed(run_hook):
    code, calls = run_hook(listed_after=2)
    assert code == 0
    commands = [" ".join(call[:3]) for call in calls]
    assert commands == [*(3 * ["functionapp function show"]), "deployment group create", "functionapp keys list",
                        "cloud show --query", "account get-access-token --resource",
                        "python3 -m devops_pipelines.smoke_test"]
    assert "PipelineRunMonitor" in calls[0]


def test_the_subscription_gets_the_outputs_of_the_infrastructure(run_hook):
    call = next(call for call in run_hook(listed_after=0)[1] if call[0] == "deployment")
    assert REPOSITORY / call[call.index("--template-file") + 1] == EVENT_SUBSCRIPTION
    given = dict(argument.split("=", 1) for argument in call[call.index("--parameters") + 1:])
    assert given == {name: value for name, value in outputs().items() if name in given}
    parameters = given | {name: json.loads(given[name]) for name in ("systemTopicIds", "runsNotebooks")}
    assert len(deploy(EVENT_SUBSCRIPTION, parameters).resources) == 1


def test_an_event_of_its_own_ends_the_deployment(run_hook, monkeypatch):
    for name in ("FUNCTION_KEY", "QUERY_TOKEN"):
        monkeypatch.setenv(name, "any")
    call = run_hook(listed_after=0)[1][-1]
    assert call[-2:] == ["answer to functionapp", "answer to account"]
    smoke_test._parse([EXPRESSION.sub("monitor.example", argument) for argument in call[3:-2]])
    assert f"https://{outputs()['functionAppHostName']}" in call
    assert f"https://query.example/v1/apps/{outputs()['applicationInsightsAppId']}/query" in call
    assert run_hook(listed_after=0, smoke_test="1")[0] == 1


def test_a_function_that_never_comes_is_an_error(run_hook):
    code, calls = run_hook(listed_after=1000)
    assert code != 0
    assert "deployment" not in {call[0] for call in calls}

"""The infrastructure of the project, worked out for sample parameters."""
from pathlib import Path
from typing import Any

from .deployment import Deployed, deploy
from .functions import SUBSCRIPTION
from .syntax import read

FOLDER = Path(__file__).parents[3] / "environment_setup"
MAIN, EVENT_SUBSCRIPTION = FOLDER / "main.bicep", FOLDER / "event_subscription.bicep"
FILES = sorted(FOLDER.rglob("*.bicep"))

REQUIRED = {"baseName": "Sample", "environmentName": "dev"}
GROUP = f"{SUBSCRIPTION}/resourceGroups/monitor"
WORKSPACE_GROUP = f"{SUBSCRIPTION}/resourceGroups/ml"
WORKSPACE = f"{WORKSPACE_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/sample-ws"
OTHER_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other"
OTHER_WORKSPACE = f"{OTHER_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/other-ws"
APPLICATION_INSIGHTS = f"{SUBSCRIPTION}/resourceGroups/logs/providers/Microsoft.Insights/components/shared-ai"


def infrastructure(**parameters: Any) -> Deployed:
    return deploy(MAIN, REQUIRED | parameters, GROUP)


def event_subscriptions(infrastructure: Deployed) -> Deployed:
    """With the outputs of the infrastructure as parameters, as the pages, azure.yaml and the pipelines pass them."""
    needed = read(EVENT_SUBSCRIPTION).of_kind("param")
    given = {name: value for name, value in infrastructure.outputs.items() if name in needed}
    return deploy(EVENT_SUBSCRIPTION, given, GROUP)


def app_settings(infrastructure: Deployed) -> dict[str, str]:
    settings = infrastructure.the("Microsoft.Web/sites").properties["siteConfig"]["appSettings"]
    return {setting["name"]: setting["value"] for setting in settings}

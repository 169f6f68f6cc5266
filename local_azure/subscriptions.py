"""The event subscriptions of the local workspace: which function gets which of its events.

They are what the deployment declares (`environment_setup/modules/topic_subscription.bicep`); a test evaluates that and
holds them equal, so that an event that a wrong filter would keep from a function is kept from it here too.
"""
from dataclasses import dataclass

from .event_grid.filters import AdvancedFilter, EventFilter

MONITOR, NOTEBOOKS = "pipeline-run-monitor", "notebook-runs"
RECORDED_STATUSES = "RECORDED_STATUSES"
"""The setting of the monitor that the deployment makes its filter of."""

_EVENT_TYPES = frozenset({"Microsoft.MachineLearningServices.RunCompleted",
                          "Microsoft.MachineLearningServices.RunStatusChanged"})
_STATUSES = ("NotStarted", "Starting", "Provisioning", "Preparing", "Queued", "Running", "Finalizing",
             "CancelRequested", "Completed", "Failed", "Canceled", "NotResponding", "Unapproved", "Pausing", "Paused")
_NOTEBOOK_TAG = "notebook_run"
_RECORDED_BY_DEFAULT = "Completed,Failed,Canceled,NotResponding"


@dataclass(frozen=True, slots=True)
class FunctionSubscription:
    """An event subscription whose endpoint is a function of the app."""

    name: str
    function: str
    filter: EventFilter


def monitor_subscription(recorded_statuses: str | None = None) -> FunctionSubscription:
    """That of the function which records runs; the value of its setting is what the filter follows."""
    recorded = {status.strip().lower() for status in (recorded_statuses or _RECORDED_BY_DEFAULT).split(",")}
    ignored = [status for status in _STATUSES if status.lower() not in recorded]
    # RunCompleted has no runStatus: StringNotIn lets an event pass that lacks the key, StringIn would not.
    not_ignored = (AdvancedFilter("StringNotIn", "data.runStatus", tuple(ignored)),) if ignored else ()
    return FunctionSubscription(MONITOR, "PipelineRunMonitor", EventFilter(_EVENT_TYPES, advanced=not_ignored))


def notebook_subscription() -> FunctionSubscription:
    """That of the function which tells Azure DevOps of notebooks' runs that have ended; they have a tag."""
    ended = monitor_subscription().filter
    tagged = AdvancedFilter("StringIn", f"data.runTags.{_NOTEBOOK_TAG}", ("true",))
    return FunctionSubscription(NOTEBOOKS, "ReportNotebookRun",
                                EventFilter(_EVENT_TYPES, advanced=(*ended.advanced, tagged)))

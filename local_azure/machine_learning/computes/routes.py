"""The requests that ask for compute targets."""
from functools import partial
from typing import Any

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.computes.models import Compute, Computes
from local_azure.scenarios.models import ARM_ID

_COMPUTES = f"GET /rp/workspaces{ARM_ID}/computes"
_CREATED = "2026-01-01T00:00:00.000000Z"
_NODE_STATES = ("preparingNodeCount", "runningNodeCount", "idleNodeCount", "unusableNodeCount", "leavingNodeCount",
                "preemptedNodeCount")


def answers(computes: Computes) -> Answers:
    return {_COMPUTES: partial(_list, computes), f"{_COMPUTES}/{{compute}}": partial(_read, computes)}


def _list(computes: Computes, call: Call) -> dict[str, Any]:
    return {"value": [_describe(call, compute) for compute in computes.all()]}


def _read(computes: Computes, call: Call) -> dict[str, Any]:
    return _describe(call, computes.find(call.path["compute"]))


def _describe(call: Call, compute: Compute) -> dict[str, Any]:
    return {
        "id": f"{call.history.arm_id}/computes/{compute.name}", "name": compute.name, "location": "local", "tags": {},
        "type": "Microsoft.MachineLearningServices/workspaces/computes",
        "properties": {
            "computeType": "AmlCompute", "computeLocation": "local", "provisioningState": "Succeeded",
            "createdOn": _CREATED, "modifiedOn": _CREATED, "isAttachedCompute": False, "provisioningErrors": None,
            "resourceId": None, "description": None,
            "properties": {
                "vmSize": compute.vm_size, "vmPriority": "dedicated", "subnet": None, "errors": None,
                "scaleSettings": {"maxNodeCount": compute.most_nodes, "minNodeCount": 0,
                                  "nodeIdleTimeBeforeScaleDown": "PT120S"},
                "currentNodeCount": 0, "targetNodeCount": 0, "nodeStateCounts": dict.fromkeys(_NODE_STATES, 0),
                "allocationState": "Steady", "allocationStateTransitionTime": _CREATED}}}

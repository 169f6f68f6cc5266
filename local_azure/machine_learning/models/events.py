"""The event that Azure Machine Learning publishes when a model is registered, in the Event Grid schema."""
from collections.abc import Mapping
from typing import Any

from local_azure.scenarios.identifiers import identifier


def registered_event(topic: str, model: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": identifier(topic, "model", model["id"]),
        "topic": topic,
        "subject": f"models/{model['id']}",
        "eventType": "Microsoft.MachineLearningServices.ModelRegistered",
        "eventTime": model["createdTime"],
        "data": {"modelName": model["name"], "modelVersion": str(model["version"]), "modelTags": model["kvTags"],
                 "modelProperties": model["properties"]},
        "dataVersion": "",
        "metadataVersion": "1"}

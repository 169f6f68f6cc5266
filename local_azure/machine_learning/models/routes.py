"""The requests to the registry of models, and to the assets that say what a model is made of."""
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from local_azure.bodies import AsciiJson
from local_azure.machine_learning.answering import Answer, Answers, Call, whole_number
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.models.models import Models
from local_azure.machine_learning.models.searching import matching
from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.scenarios.models import ARM_ID

_MODEL_MANAGEMENT = f"/modelmanagement/v1.0{ARM_ID}"
_MODELS, _MODEL = f"{_MODEL_MANAGEMENT}/models", f"{_MODEL_MANAGEMENT}/models/{{model_id}}"
_ASSETS = f"{_MODEL_MANAGEMENT}/assets"
_PAGE = 255
_MODEL_SHAPE = {"name?": object, "url?": str, "mimeType?": str, "framework?": str, "runId?": str, "description?": str,
                "kvTags?": dict, "properties?": dict, "datasets?": [dict]}
_ASSET_SHAPE = {"name?": str, "runid?": str, "artifacts?": [{"id?": str, "prefix?": str}]}
_OPERATION = {"op?": str, "path?": str, "value?": object}


def answers(models: Models) -> Answers:
    found: Mapping[str, Answer] = {
        f"GET {_MODELS}": partial(_query, models), f"POST {_MODELS}": partial(_register, models),
        f"GET {_MODEL}": partial(_read, models), f"PATCH {_MODEL}": partial(_patch, models),
        f"DELETE {_MODEL}": partial(_delete, models),
        f"GET {_ASSETS}": partial(_list_assets, models), f"POST {_ASSETS}": partial(_create_asset, models),
        f"GET {_ASSETS}/{{asset_id}}": partial(_read_asset, models)}
    return {name: partial(_with_own_errors, answer) for name, answer in found.items()}


def _with_own_errors(answer: Answer, call: Call) -> Any:
    """The service has its errors in a shape of its own, by whose status the SDK knows what is not there."""
    try:
        return answer(call)
    except NotFoundError as error:
        return _error(404, "ModelNotFound", str(error))
    except ServiceError as error:
        return _error(error.status, error.inner_code, str(error))


def _error(status: int, code: str, message: str) -> Response:
    return AsciiJson({"code": code, "statusCode": status, "message": message, "details": [], "correlation": {}},
                     status)


def _query(models: Models, call: Call) -> dict[str, Any]:
    found = matching(models.all(call.history), call.query)
    start = whole_number(call.query.get("$skipToken") or "0", "$skipToken")
    end = start + (whole_number(call.query.get("count") or "0", "count") or _PAGE)
    asked = urlencode({**call.query, "$skipToken": end}, safe="$")
    link = f"{_MODELS.format(**call.path)}?{asked}" if end < len(found) else None
    return {"value": found[start:end], "nextLink": link}


def _register(models: Models, call: Call) -> dict[str, Any]:
    return models.register(call.history, call.read(_MODEL_SHAPE))


def _read(models: Models, call: Call) -> dict[str, Any]:
    return models.find(call.history, call.path["model_id"])


def _patch(models: Models, call: Call) -> dict[str, Any]:
    return models.patch(call.history, call.path["model_id"], call.read([_OPERATION]))


def _delete(models: Models, call: Call) -> Response:
    models.delete(call.history, call.path["model_id"])
    return Response(status_code=204)


def _list_assets(models: Models, call: Call) -> dict[str, Any]:
    return {"value": [asset for asset in models.assets(call.history)
                      if call.query.get("runid") in (None, asset.get("runid"))
                      and call.query.get("name") in (None, asset.get("name"))], "nextLink": None}


def _create_asset(models: Models, call: Call) -> dict[str, Any]:
    return models.create_asset(call.history, call.read(_ASSET_SHAPE))


def _read_asset(models: Models, call: Call) -> dict[str, Any]:
    return models.asset(call.history, call.path["asset_id"])

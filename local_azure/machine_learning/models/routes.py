"""The requests to the registry of models, and to the assets that say what a model is made of."""
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import JSONResponse, Response

from local_azure.machine_learning.answering import Answer, Answers, Call
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.models.models import Models
from local_azure.machine_learning.models.searching import matching
from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.scenarios.models import ARM_ID

_MODEL_MANAGEMENT = f"/modelmanagement/v1.0{ARM_ID}"
_MODELS, _MODEL = f"{_MODEL_MANAGEMENT}/models", f"{_MODEL_MANAGEMENT}/models/{{model_id}}"
_ASSETS = f"{_MODEL_MANAGEMENT}/assets"
_PAGE = 255


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


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "statusCode": status, "message": message, "details": [], "correlation": {}},
                        status)


def _query(models: Models, call: Call) -> dict[str, Any]:
    found = matching(models.all(call.history), call.query)
    asked = [call.query.get("$skipToken") or "0", call.query.get("count") or str(_PAGE)]
    if not all(number.isdecimal() for number in asked):
        raise ServiceError(400, "count and $skipToken are whole numbers.")
    start, size = map(int, asked)
    end = start + (size or _PAGE)
    link = f"{_MODELS.format(**call.path)}?$skipToken={end}" if end < len(found) else None
    return {"value": found[start:end], "nextLink": link}


def _register(models: Models, call: Call) -> dict[str, Any]:
    return models.register(call.history, call.fields)


def _read(models: Models, call: Call) -> dict[str, Any]:
    return models.find(call.history, call.path["model_id"])


def _patch(models: Models, call: Call) -> dict[str, Any]:
    if not isinstance(call.body, list):
        raise ServiceError(400, "The body is no JSON Patch.")
    return models.patch(call.history, call.path["model_id"], call.body)


def _delete(models: Models, call: Call) -> Response:
    models.delete(call.history, call.path["model_id"])
    return Response(status_code=204)


def _list_assets(models: Models, call: Call) -> dict[str, Any]:
    return {"value": [asset for asset in models.assets(call.history)
                      if call.query.get("runid") in (None, asset.get("runid"))
                      and call.query.get("name") in (None, asset.get("name"))], "nextLink": None}


def _create_asset(models: Models, call: Call) -> dict[str, Any]:
    return models.create_asset(call.history, call.fields)


def _read_asset(models: Models, call: Call) -> dict[str, Any]:
    return models.asset(call.history, call.path["asset_id"])

"""Discovery, which azureml-core asks where each service is. It wants no token, as in Azure."""
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

# The names under which azureml-core looks services up. Here one server is all of them but the studio, a web page.
SERVICES = ("api", "catalog", "experimentation", "history", "hyperdrive", "inference", "modelmanagement", "notebooks",
            "pipelines")
STUDIO_URL = "https://ml.azure.com"


def routes() -> list[Route]:
    return [Route("/discovery", _discover)]


async def _discover(request: Request) -> JSONResponse:
    base_url = str(request.base_url).rstrip("/")
    return JSONResponse({**dict.fromkeys(SERVICES, base_url), "studio": STUDIO_URL})

"""Whatever one value of a request is, null, of another type, half a character: it is told what is wrong with it, or
it is done, and never a defect of the service (500); and what was done leaves nothing behind that others cannot read.

`requests.json` has a good request for each route that takes one.
"""
import asyncio
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from itertools import islice
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Match

from local_azure.clock import ManualClock
from local_azure.devops.models import Organization
from local_azure.devops.plans import Plan
from local_azure.devops.routes import routes as devops_routes
from local_azure.identity.models import TokenIssuer
from local_azure.machine_learning.batch_endpoints.management_routes import ManagementRoutes
from local_azure.machine_learning.computes.models import Compute
from local_azure.machine_learning.living import Living, Place
from local_azure.machine_learning.online_endpoints.environments import InferenceEnvironment
from local_azure.machine_learning.online_endpoints.models import RESOURCE
from local_azure.machine_learning.online_endpoints.service import OnlineService, Surroundings
from local_azure.machine_learning.resources import resource_routes
from local_azure.machine_learning.routes import routes as machine_learning_routes
from local_azure.storage.models import BlobStore
from tests.local_azure.machine_learning.conftest import history, workspace  # noqa: F401

REQUESTS = json.loads(Path(__file__).with_name("requests.json").read_text("utf-8"))
GONE = object()
ODD = (None, True, 7, -1.5, float("nan"), 10 ** 30, "", "odd", "half \ud800", [], [None], {}, {"a": None},
       {"a": {"b": []}}, GONE)
ODD_BODIES = (b"", b"{", b"\xff", b"[" * 3_000 + b"]" * 3_000, b"9" * 5_000,
              b'{"name": "\xed\xa0\x80"}', b'{"name": "n", "x": 1e999}')
ODD_SEGMENTS = ("%0A", "%00", "%FF", "%2e%2e%2f", "%C3%A9" * 300)
ODD_QUERIES = ("count=-1", "count=" + "9" * 5_000, "$skipToken=x", "top=x", "continuationToken=x", "tags==,,",
               "name=%FF")


@pytest.fixture
def serve(tmp_path, history, workspace):  # noqa: F811
    """Runs a scenario with a client of the workspace, and the names in its paths: no run gets a node, and no
    environment of a deployment is made."""
    def run(scenario):
        async def start():
            store = BlobStore(tmp_path / "blobs", "https://blobs")
            store.write("code-uploaded", "score.py", b"")
            living = Living(Place(tmp_path, "https://here", tmp_path / "ca.pem"), store, lambda event: None,
                            ManualClock(), [Compute("cpu-cluster", most_nodes=0)])
            made = InferenceEnvironment(tmp_path / "environments")
            made.place.mkdir(parents=True)
            (made.place / "ready").touch()
            online = OnlineService(Surroundings(tmp_path, "https://here", tmp_path / "ca.pem", "key", "https://here"),
                                   store, living, made, bool)
            issuer = TokenIssuer("header")
            batch = ManagementRoutes(living.batch_endpoints, "https://here")
            routes = [*resource_routes(batch.answers(), history, bool), *online.management_routes(history, bool),
                      *machine_learning_routes(history, living=living)]
            token = issuer.token_for_managed_identity("header", RESOURCE, "the-caller").value
            async with client_of(routes, token) as client:
                await scenario(client, routes, {
                    "workspace": workspace.arm_id, "subscription_id": workspace.subscription_id,
                    "resource_group": workspace.resource_group, "workspace_name": workspace.name})
            await online.stop()
            await living.stop()
        asyncio.run(start())
    return run


@pytest.fixture
def serve_devops():
    def run(scenario):
        async def start():
            clock = ManualClock()
            organization = Organization.of({}, "the-token", bool, clock)
            plan = Plan("sales", "RunNotebooks", clock.now() + timedelta(days=1))
            organization.plans.add(plan)
            address = f"/org/{plan.project_id}/_apis/distributedtask/hubs/build/plans/{plan.plan_id}"
            routes = devops_routes(organization)
            async with client_of(routes, "the-token") as client:
                await scenario(client, routes, {
                    "plan": address, "timeline": f"{address}/timelines/{plan.timeline_id}", "task": plan.task_id,
                    "job": plan.job_id, "plan_id": plan.plan_id, "project_id": plan.project_id, "hub": "build",
                    "timeline_id": plan.timeline_id, "organization": "org", "project": "sales"})
        asyncio.run(start())
    return run


def client_of(routes, token):
    """Defects come out as they are, with their traceback."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="https://here",
                             headers={"Authorization": f"Bearer {token}"})


def test_no_request_to_a_workspace_is_odd_enough_for_a_defect(serve):
    serve(lambda client, routes, names: try_all(REQUESTS["workspace"], client, routes, names))


def test_no_request_to_azure_devops_is_odd_enough_for_a_defect(serve_devops):
    serve_devops(lambda client, routes, names: try_all(REQUESTS["devops"], client, routes, names))


async def try_all(requests, client, routes, names):
    for wanted in requests:
        method, path, body = filled(wanted, names)
        answer = await send(client, method, path, body)
        assert answer.status_code < 400 or method == "DELETE", (wanted["request"], answer.text)
        if "id" in wanted:
            names[wanted["id"]] = str(answer.json().get("Id") or answer.json()["id"])
    check_all_are_tried(requests, routes, names)
    for wanted in requests:
        method, path, body = filled(wanted, names)
        for odd in odd_bodies(body):
            await check(client, method, path, odd)
    for method, path, body in [*(filled(one, names) for one in requests), *readings(routes, names)]:
        await check(client, method, path, body)
        for odd in odd_paths(path) if "none" in path or method != "GET" else ():
            await check(client, method, odd, body)


def filled(wanted, names):
    text = json.dumps(wanted)
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    found = json.loads(text)
    method, _, path = found["request"].partition(" ")
    return method, path, found.get("body", {})


async def send(client, method, path, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.request(method, path, content=content)


async def check(client, method, path, body):
    try:
        answer = await send(client, method, path, body)
    except Exception as exc:
        raise AssertionError(f"{method} {path} {body!r:.300}") from exc
    assert answer.status_code < 500, (method, path, body)


def check_all_are_tried(requests, routes, names):
    """Azure DevOps has each route twice, in two cases."""
    tried = {(method, route_of(routes, method, path)) for method, path, _ in (filled(one, names) for one in requests)}
    assert {(method, route.path.lower()) for route in routes for method in route.methods - {"GET", "HEAD"}} <= tried


def route_of(routes, method, path):
    scope = {"type": "http", "method": method, "path": path.partition("?")[0], "root_path": "", "path_params": {}}
    return next(route.path.lower() for route in routes if route.matches(scope)[0] is Match.FULL)


def odd_bodies(body) -> Iterator:
    """Each value is replaced by each fourth of `ODD`; where these begin goes from value to value."""
    yield from ODD_BODIES
    for number, place in enumerate(places(body)):
        for odd in islice(ODD, number % 4, None, 4) if place else ODD:
            yield changed(body, place, odd)


def places(value, above=()) -> Iterator[tuple]:
    yield above
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from places(member, (*above, name))


def changed(body, place, odd):
    if not place:
        return {} if odd is GONE else odd
    found = owner = deepcopy(body)
    for name in place[:-1]:
        owner = owner[name]
    if odd is GONE:
        del owner[place[-1]]
    else:
        owner[place[-1]] = odd
    return found


def readings(routes, names) -> Iterator[tuple[str, str, dict]]:
    """Each route that is read, with each id that there is."""
    for route in routes:
        if "GET" in route.methods:
            path = re.sub(r"{(\w+).*?}", lambda found: names.get(found[1], "{id}"), route.path)
            for one in ("none", "1", "new", "e1", "model:1", *names.values()):
                if "/" not in one:
                    yield "GET", path.replace("{id}", one), {}


def odd_paths(path) -> Iterator[str]:
    address, _, query = path.partition("?")
    segments = address.split("/")
    for odd in ODD_SEGMENTS:
        yield "/".join([*segments[:-1], odd])
        yield "/".join([*segments[:-2], odd, segments[-1]])
    yield from (f"{address}?{odd}&{query}" for odd in ODD_QUERIES)

"""The local Azure as a whole: starts every service and the functions host, and stops them again.

The services share one thread. The functions host is a process of its own, as in Azure, and finds the services through
environment variables alone: nothing in the SDKs is patched.
"""
import secrets
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from starlette.routing import Route

from dashboard.routes import routes as dashboard_routes
from dashboard.server import DashboardServer
from dashboard.sources.local_store import LocalStore

from .application_insights.models import TelemetryStore
from .application_insights.routes import routes as application_insights_routes
from .certificates import Certificates, trust
from .clock import ScaledClock
from .control.middleware import ControlledService
from .control.models import Traffic
from .control.routes import routes as control_routes
from .devops.models import RESOURCE as DEVOPS
from .devops.models import Organization
from .devops.routes import routes as devops_routes
from .endpoints import KEY_NAME, Endpoints
from .event_grid.delivery import DeliveryService, http_client
from .event_grid.events import EventSchema, PublishedEvent
from .event_grid.models import EventSubscription, Topic
from .event_grid.routes import routes as event_grid_routes
from .folders import LOG_FILE, STORE_FILE, WORKSPACE_FOLDER, empty
from .functions_host.process import FunctionsHostProcess
from .identity.models import TokenIssuer
from .identity.routes import routes as identity_routes
from .machine_learning.batch_endpoints.management_routes import ManagementRoutes as BatchManagement
from .machine_learning.living import Living, Place
from .machine_learning.online_endpoints.models import RESOURCE as ENDPOINTS
from .machine_learning.online_endpoints.service import OnlineService, Surroundings
from .machine_learning.resources import resource_routes
from .machine_learning.routes import routes as machine_learning_routes
from .machine_learning.run_history.models import RunHistory
from .notebook_settings import notebook_settings
from .options import Options
from .resource_manager.models import ResourceManager
from .resource_manager.national_clouds import PUBLIC
from .resource_manager.routes import routes as resource_manager_routes
from .resource_manager.system_topics import SystemTopics
from .scenarios.models import Workspace
from .sdk_environment import sdk_environment
from .service_bus.authorization import RESOURCE, Authorization
from .service_bus.models import Namespace
from .service_bus.routes import routes as service_bus_routes
from .serving import ServerThread, open_socket, url_of
from .storage.models import BlobStore
from .storage.routes import routes as storage_routes
from .subscriptions import RECORDED_STATUSES, monitor_subscription, notebook_subscription

SERVICES = ("identity", "resource_manager", "machine_learning", "online_endpoints", "storage", "application_insights",
            "event_grid", "service_bus", "devops", "functions_host", "control", "dashboard")

_STOP_SECONDS = 15


class LocalAzure:
    """A context manager; inside it every service answers. The folder keeps telemetry, logs and dead letters."""

    def __init__(self, folder: Path, workspace: Workspace, options: Options = Options()):
        self._folder, self._workspace, self._options = folder.resolve(), workspace, options
        self._keys = {name: secrets.token_hex(24) for name in (
            "identity", "topic", "service_bus", "devops", "functions", "query", "control", "dashboard")}
        self._keys["functions"] = options.functions_key or self._keys["functions"]
        self.instrumentation_key = str(uuid.uuid4())
        self.traffic = Traffic()
        self._workspaces = [workspace, *options.other_workspaces]
        self.history = RunHistory(self._workspaces)

    def __enter__(self) -> "LocalAzure":
        """Raises PortTakenError, FunctionsHostError or EndpointValidationError; nothing is left running then."""
        empty(self._folder)
        with ExitStack() as begun:
            self._sockets = {service: begun.enter_context(open_socket(service, self._options.ports.get(service, 0)))
                             for service in SERVICES}
            self._certificates = Certificates.create(self._folder)
            self.store = TelemetryStore(self._folder / STORE_FILE, instrumentation_key=self.instrumentation_key,
                                        query_seconds=self._options.query_seconds)
            begun.callback(self.store.close)
            self._servers = ServerThread(self._certificates)
            begun.callback(self._servers.close)
            self._start(begun)
            self._begun = begun.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._begun.close()

    def drained(self, timeout_seconds: float) -> bool:
        """Whether every published event was delivered or given up within the time."""
        return self._servers.run(self.delivery.drained(timeout_seconds))

    def restart_functions_host(self, *, kill: bool = False) -> None:
        """Stops the functions host, with SIGKILL if wanted, and starts it anew on the same port."""
        self._functions.stop(kill=kill)
        self._start_functions_host()

    def function_environment(self) -> dict[str, str]:
        """The settings of the function, and what points its SDKs to this machine."""
        return {
            **self.sdk_environment(),
            "MONITORED_WORKSPACES": ",".join(workspace.arm_id for workspace in self._options.other_workspaces),
            "APP_INSIGHTS_CONNECTION_STRING": self.endpoints.connection_string,
            "APP_INSIGHTS_AUTHENTICATION": "entra" if self._options.refuses_keys else "key",
            "APP_INSIGHTS_API_ENDPOINT": self.endpoints.application_insights,
            "RECORD_METRICS": "*",
            **notebook_settings(self._options.queues, self.endpoints),
            **{name: value.format_map(asdict(self.endpoints)) for name, value in self._options.settings.items()},
            **self._prepared}

    def sdk_environment(self) -> dict[str, str]:
        """What points the SDKs of any program to this machine, and names the workspace."""
        return sdk_environment(self._folder / "home", self._workspace, self.endpoints, self._keys["identity"],
                               self._options.cloud)

    @property
    def worker_process_id(self) -> int:
        return self._functions.process_id

    @property
    def functions_log(self) -> Path:
        return self._folder / LOG_FILE

    @property
    def dead_letter_folder(self) -> Path:
        return self._folder / "dead_letters"

    def _start(self, begun: ExitStack) -> None:
        """Each part says to `begun` how it is stopped: the last that was started is the first that stops."""
        urls = {service: url_of(opened) for service, opened in self._sockets.items()}
        urls["dashboard"] = urls["dashboard"].replace("https:", "http:")
        urls["functions_host"] = urls["functions_host"].replace("https:", f"{self._options.functions_host.scheme}:")
        self.endpoints = Endpoints(
            **urls, certificate_authority=str(self._certificates.authority),
            connection_string=(f"InstrumentationKey={self.instrumentation_key};"
                               f"IngestionEndpoint={urls['application_insights']}/;"
                               f"ApplicationId={self.instrumentation_key}"),
            topic_key=self._keys["topic"], service_bus_key=self._keys["service_bus"],
            devops_key=self._keys["devops"], functions_key=self._keys["functions"], query_key=self._keys["query"],
            control_key=self._keys["control"], dashboard_key=self._keys["dashboard"])
        issuer = TokenIssuer(self._keys["identity"], applications=self._options.applications)
        self.devops = Organization.of(
            self._options.repositories, self._keys["devops"], partial(issuer.is_valid, resource=DEVOPS), ScaledClock())
        cloud = self._options.cloud
        manages = partial(issuer.is_valid, resource=cloud.management) if cloud != PUBLIC else bool
        resources = ResourceManager(self._workspaces, urls["identity"], f"{urls['machine_learning']}/discovery", cloud,
                                    self.instrumentation_key)
        self._serve({
            "identity": identity_routes(issuer),
            **self._living_workspace(begun, manages, issuer, [
                *resource_manager_routes(resources, manages),
                *SystemTopics(self._workspace, lambda: self.delivery, manages).routes()]),
            "application_insights": application_insights_routes(
                self.store, self._keys["query"], partial(issuer.is_valid, resource=cloud.query),
                partial(issuer.is_valid, resource=cloud.workspaces),
                partial(issuer.is_valid, resource=cloud.publishing) if self._options.refuses_keys else None),
            "service_bus": self._service_bus_routes(issuer),
            "devops": devops_routes(self.devops),
            "control": control_routes(self.traffic, self._keys["control"])})
        self._prepared = self._options.prepare(self.sdk_environment())
        self._functions = FunctionsHostProcess(
            self._sockets.pop("functions_host"), self._certificates, self._keys["functions"],
            self.function_environment(), threads=self._options.threads, log=self.functions_log,
            command=self._options.functions_host)
        begun.callback(self._functions.stop)
        self._start_functions_host()
        self._start_event_grid(begun)
        self._start_dashboard(begun)

    def _service_bus_routes(self, issuer: TokenIssuer) -> list[Route]:
        clock = ScaledClock()  # locks are renewed by a host that has the wall's time
        authorization = Authorization(
            {KEY_NAME: self._keys["service_bus"]}, partial(issuer.is_valid, resource=RESOURCE), clock)
        return service_bus_routes(Namespace(self._options.queues, clock), authorization)

    def _living_workspace(self, begun: ExitStack, manages: Callable[[str], bool], issuer: TokenIssuer,
                          managed: list[Route]) -> dict[str, list[Route]]:
        """What is `managed` through Resource Manager besides it is served with it."""
        store = BlobStore(self._folder / WORKSPACE_FOLDER / "blobs", self.endpoints.storage)
        place = Place(self._folder / WORKSPACE_FOLDER / "runs", self.endpoints.machine_learning,
                      self._certificates.authority)
        living = Living(place, store, self._publish, self._options.clock, self._options.computes)
        begun.callback(lambda: self._servers.run(living.stop(), _STOP_SECONDS))
        around = Surroundings(self._folder / WORKSPACE_FOLDER / "online_endpoints", self.endpoints.online_endpoints,
                              self._certificates.authority, self.instrumentation_key,
                              self.endpoints.application_insights)
        is_for_endpoints = partial(issuer.is_valid, resource=ENDPOINTS)
        online = OnlineService(around, store, living, self._options.inference, is_for_endpoints)
        batch = BatchManagement(living.batch_endpoints, self.endpoints.machine_learning)
        begun.callback(lambda: self._servers.run(online.stop(), _STOP_SECONDS))
        return {"machine_learning": machine_learning_routes(
                    self.history, lambda token: manages(token) or living.tokens.is_valid(token), living,
                    is_for_endpoints),
                "resource_manager": [*managed, *online.management_routes(self.history, manages),
                                     *resource_routes(batch.answers(), self.history, manages)],
                "online_endpoints": online.scoring_routes(), "storage": storage_routes(store)}

    def _publish(self, event: dict[str, Any]) -> None:
        """An event of the workspace itself."""
        self.delivery.publish([PublishedEvent(event, EventSchema.EVENT_GRID, self._options.clock.now())])

    def _start_functions_host(self) -> None:
        self.endpoints = replace(self.endpoints, webhook_key=self._functions.start())

    def _start_event_grid(self, begun: ExitStack) -> None:
        topic = Topic(self._keys["topic"], self._workspace.arm_id)
        declared = [monitor_subscription(self._options.settings.get(RECORDED_STATUSES)),
                    *([notebook_subscription()] if self._options.queues else []), *self._options.more_subscriptions]
        settings = {"dead_letter_folder": self.dead_letter_folder, **self._options.subscription}
        subscriptions = [
            EventSubscription(one.name, self.endpoints.webhook_of(one.function), filter=one.filter, **settings)
            for one in declared]
        client = http_client(trust(self._certificates.authority))
        begun.callback(lambda: self._servers.run(client.aclose(), _STOP_SECONDS))
        self.delivery = DeliveryService(topic.resource_id, subscriptions, self._options.clock, client)
        begun.callback(lambda: self._servers.run(self.delivery.stop(), _STOP_SECONDS))
        self._servers.run(self.delivery.start())
        self._serve({"event_grid": event_grid_routes(topic, self.delivery, self._options.clock)})

    def _start_dashboard(self, begun: ExitStack) -> None:
        routes = dashboard_routes(LocalStore(self.store), self._keys["dashboard"])
        dashboard = DashboardServer(
            ControlledService("dashboard", routes, self.traffic), self._sockets["dashboard"])
        self._servers.run(dashboard.start(), _STOP_SECONDS)
        begun.callback(lambda: self._servers.run(dashboard.stop(), _STOP_SECONDS))

    def _serve(self, routes: Mapping[str, list[Route]]) -> None:
        self._servers.serve({self._sockets[service]: ControlledService(service, found, self.traffic)
                             for service, found in routes.items()})

"""How a local Azure may differ from the usual one."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .application_insights.models import QUERY_SECONDS
from .clock import Clock, ScaledClock
from .functions_host.command import OWN, HostCommand
from .identity.models import Application
from .machine_learning.computes.models import Compute
from .machine_learning.living import COMPUTES
from .machine_learning.online_endpoints.environments import ENVIRONMENTS, InferenceEnvironment
from .resource_manager.national_clouds import PUBLIC, NationalCloud
from .scenarios.models import Workspace
from .service_bus.models import QueueSettings
from .subscriptions import FunctionSubscription


@dataclass(frozen=True, slots=True)
class Options:
    """How a local Azure differs from the usual one. `ports` by service, 0 or none for any free one; `subscription`
    are fields of every EventSubscription, and `more_subscriptions` those besides the monitor's; `queues` are those of
    Service Bus, `repositories` those of Azure DevOps, by name the folders that they are; `settings` go to the
    function's environment over the usual ones, and may name a service in braces for its URL, as in `{identity}`;
    `prepare` gives those that are known only when the workspace answers: it is told what points SDKs to this machine,
    and the functions host starts after it; `other_workspaces` are monitored too; another `functions_host` than the own
    one may have a `functions_key`, its master key. Where it poses as another `cloud` than the public one, the function
    has to be told so, and tokens for other clouds are refused."""

    ports: Mapping[str, int] = field(default_factory=dict)
    clock: Clock = field(default_factory=ScaledClock)
    threads: int = 16
    functions_host: HostCommand = OWN
    functions_key: str | None = None
    subscription: Mapping[str, Any] = field(default_factory=dict)
    more_subscriptions: Sequence[FunctionSubscription] = ()
    queues: Sequence[QueueSettings] = ()
    repositories: Mapping[str, Path] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda environment: {}
    applications: Sequence[Application] = ()
    other_workspaces: Sequence[Workspace] = ()
    cloud: NationalCloud = PUBLIC
    computes: Sequence[Compute] = COMPUTES
    inference: InferenceEnvironment = InferenceEnvironment(ENVIRONMENTS)  # of deployments
    query_seconds: float = QUERY_SECONDS
    refuses_keys: bool = False  # telemetry needs a token, as where local authentication is disabled

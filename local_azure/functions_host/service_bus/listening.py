"""Starts a listener for every function with a Service Bus trigger, and stops them with the host.

A function whose connection is not set, or is switched off by `AzureWebJobs.NAME.Disabled`, has none; the host and the
other functions go on.
"""
import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import httpx

from local_azure.functions_host.models import SERVICE_BUS_TRIGGER, Function
from local_azure.functions_host.routes import Host
from local_azure.functions_host.service_bus.client import QueueClient
from local_azure.functions_host.service_bus.connections import ConnectionSettingError, read_connection
from local_azure.functions_host.service_bus.listener import QueueListener, Target
from local_azure.functions_host.service_bus.messages import ReceivedMessage

END_SECONDS = 10
"""How long functions may go on when the host is told to stop; until then messages are taken as before."""
_SETTING = re.compile(r"%([^%]+)%")
logger = logging.getLogger(__name__)


@asynccontextmanager
async def listening(host: Host, settings: Mapping[str, str]) -> AsyncIterator[None]:
    """While it is open, messages are taken. `settings` are those of the app."""
    async with httpx.AsyncClient() as http:
        listeners = [listener for function in host.list_functions() if function.trigger == SERVICE_BUS_TRIGGER
                     if (listener := _open(host, function, settings, http))]
        running = [asyncio.create_task(listener.run()) for listener in listeners]
        try:
            yield
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*(listener.drain() for listener in listeners)), END_SECONDS)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _open(host: Host, function: Function, settings: Mapping[str, str],
          http: httpx.AsyncClient) -> QueueListener | None:
    if settings.get(f"AzureWebJobs.{function.name}.Disabled", "").lower() in ("true", "1"):
        return None
    binding = function.trigger_binding
    if "queueName" not in binding:
        logger.error("%s is not listened for: this host has queues alone, no topics", function.name)
        return None
    try:
        client = QueueClient(read_connection(_resolve(binding["connection"], settings), settings),
                             _resolve(binding["queueName"], settings), http)
    except ConnectionSettingError as exc:
        logger.error("The listener for function 'Functions.%s' was unable to start: %s", function.name, exc)
        return None
    target = Target(function.name, partial(_call, host, function), host.restart,
                    settles_itself=binding.get("autoCompleteMessages") is False)
    return QueueListener(target, client, host.listener_settings)


async def _call(host: Host, function: Function, message: ReceivedMessage) -> bool:
    return (await host.run(function, [message])) == [None]


def _resolve(text: Any, settings: Mapping[str, str]) -> str:
    """A text of a trigger, in which `%NAME%` stands for a setting."""
    names = _SETTING.findall(str(text))
    if missing := [name for name in names if name not in settings]:
        raise ConnectionSettingError(f"'%{missing[0]}%' does not resolve to a value")
    return _SETTING.sub(lambda found: settings[found[1]], str(text))

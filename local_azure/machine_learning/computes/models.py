"""The compute targets of a workspace. Their nodes are this machine: a node is the right to run one process."""
import asyncio
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from local_azure.machine_learning.run_history.models import NotFoundError


@dataclass(frozen=True, slots=True)
class Compute:
    """A cluster that scales from none to `most_nodes`."""

    name: str
    most_nodes: int = 1
    vm_size: str = "STANDARD_D2_V2"


class Computes:

    def __init__(self, computes: Iterable[Compute]):
        self._found = {compute.name.lower(): compute for compute in computes}
        self._nodes = {name: asyncio.Semaphore(compute.most_nodes) for name, compute in self._found.items()}

    def all(self) -> list[Compute]:
        return list(self._found.values())

    def find(self, name: str) -> Compute:
        """In any case. Raises NotFoundError."""
        found = self._found.get(name.lower())
        if found is None:
            raise NotFoundError(f"Compute {name} was not found")
        return found

    def node(self, name: str) -> AbstractAsyncContextManager[None]:
        """Holds a node as long as the context lasts, and waits for one."""
        return self._nodes[name.lower()]

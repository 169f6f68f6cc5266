"""A functions host that is scaled out: several hosts, each a worker of its own, behind one port.

Usage: python -m tests.benchmarks.scaled_out WORKERS PORT ARGUMENT...

The arguments are those of `local_azure.functions_host`. A connection goes to the worker that has the fewest, and a
worker that ends is started anew, while its share of the connections waits. It ends when its standard input does, or
with SIGTERM.
"""
import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import suppress

from local_azure.functions_host.__main__ import stop_when_stdin_ends
from local_azure.functions_host.command import OWN, HostCommand

_BYTES = 65_536


def command(workers: int) -> HostCommand:
    """With which a local Azure starts it."""
    python, _, _, *arguments = OWN.words
    at = arguments.index("--port")
    del arguments[at:at + 2]
    return HostCommand((python, "-m", "tests.benchmarks.scaled_out", str(workers), "{port}", *arguments),
                       OWN.environment)


class Worker:
    """A host on a port of its own, as long as this process runs."""

    def __init__(self, arguments: Sequence[str]):
        self._command = [sys.executable, "-m", "local_azure.functions_host", *arguments, "--port", "0"]
        self._listens = asyncio.Event()
        self.connections = 0

    async def keep_running(self) -> None:
        while True:
            process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE)
            assert process.stdout
            if line := await process.stdout.readline():
                self._port = int(json.loads(line)["url"].rpartition(":")[2])
                self._listens.set()
            await process.wait()
            self._listens.clear()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What a client sends to the worker, and back; what is encrypted stays it."""
        self.connections += 1
        try:
            await self._listens.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        except OSError:
            writer.close()
        finally:
            self.connections -= 1


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(_BYTES):
            writer.write(some)
            await writer.drain()
    writer.close()


async def serve(count: int, port: int, arguments: Sequence[str]) -> None:
    workers = [Worker(arguments) for _ in range(count)]

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await min(workers, key=lambda worker: worker.connections).relay(reader, writer)

    async with await asyncio.start_server(accept, "127.0.0.1", port):
        await asyncio.gather(*(worker.keep_running() for worker in workers))


if __name__ == "__main__":
    stop_when_stdin_ends()
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))

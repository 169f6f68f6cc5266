"""One process of a run: started in a session of its own, ended with all that it has started."""
import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local_azure.keeper import descendants, kill
from local_azure.keeping import keeping, signal_group

_STARTER = Path(__file__).with_name("starter.py")
_GRACE_SECONDS = 5


async def run_process(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path,
                      limit_seconds: float | None, *, python: str = sys.executable,
                      inherited: Sequence[int] = ()) -> int:
    """The exit code of what the starter makes of the arguments; what it says goes to the log. File descriptors that are
    `inherited` are the process' too.

    Raises TimeoutError when the time is over. Whatever ends this coroutine, the process and its own are gone then.
    """
    with keeping() as kept:
        process = await _start([*kept.words, python, str(_STARTER), *arguments], folder, environment, log,
                               [kept.descriptor, *inherited])
        try:
            async with asyncio.timeout(limit_seconds):
                return await process.wait()
        finally:
            await _end(process)


async def _start(words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path,
                 inherited: Sequence[int]) -> asyncio.subprocess.Process:
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *words, cwd=folder, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=output,
            stderr=asyncio.subprocess.STDOUT, start_new_session=True, pass_fds=inherited)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        below = descendants(process.pid)  # while they have their parents
        signal_group(process.pid, signal.SIGTERM)
        await _wait(process)
        for pid in below:
            kill(pid)
        await _wait(process)  # its keeper ends what they have started since
    signal_group(process.pid, signal.SIGKILL)  # what it left behind
    await process.wait()


async def _wait(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(_GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        pass

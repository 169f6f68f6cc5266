"""Look at recorded runs in the browser, wherever they are recorded.

Prints the address of the page and serves it until Ctrl-C, on this machine alone. Nothing is written to a source. The
identity is yours, `az login`, unless the settings of the function name another one; AZURE_CLOUD names the cloud.
"""
import argparse
import asyncio
import os
import secrets
import sys
import threading
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette

_REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(_REPOSITORY / "src"))  # where the function app has its identity and its errors

from dashboard.routes import routes  # noqa: E402
from dashboard.server import DashboardServer  # noqa: E402
from dashboard.sources.opening import OpeningError, add_arguments, open_source  # noqa: E402
from dashboard.sources.source import Source, SourceError  # noqa: E402
from local_azure.ports import parse_port  # noqa: E402
from local_azure.serving import PortTakenError, open_socket  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--port", type=parse_port, default=0,
                        help="of the page on this machine (default: any free one)")
    arguments = parser.parse_args()
    try:
        source = open_source(arguments, os.environ)
        asyncio.run(_serve(source, arguments.port))
    except OpeningError as exc:
        print(f"{parser.prog}: {exc}", file=sys.stderr)
        return 2
    except PortTakenError:
        print(f"{parser.prog}: port {arguments.port} cannot be had: choose another, or none for any free one",
              file=sys.stderr)
        return 2
    return 0


async def _serve(source: Source, port: int) -> None:
    key = secrets.token_hex(24)
    opened = open_socket("dashboard", port)
    server = DashboardServer(Starlette(routes=routes(source, key)), opened)
    await server.start()
    print(f"showing {source.about.name}; for a browser, until Ctrl-C:\n"
          f"http://127.0.0.1:{opened.getsockname()[1]}/?key={key}", flush=True)
    threading.Thread(target=_try, args=(source,), daemon=True).start()
    try:
        await server.wait()
    finally:
        with suppress(OSError):  # whoever read it may be gone
            print("stopped", flush=True)
        source.close()
        os._exit(0)  # a query that is under way in Azure may take minutes, and nothing is written


def _try(source: Source) -> None:
    """Says at once what the page would say: a wrong id, a missing role."""
    try:
        records = source.count_records()
        with suppress(OSError):
            print(f"it answers; {records} record{'' if records == 1 else 's'} so far", flush=True)
    except SourceError as exc:
        print(f"it does not answer yet: {exc.message}", file=sys.stderr, flush=True)

"""A store whose file may not grow, asked over HTTP; prints what it answers and has, as JSON.

a_full_disk.py FOLDER: the limit is one of the whole process, so this is one of its own.
"""
import asyncio
import json
import resource
import secrets
import sys
from datetime import datetime, timezone
from pathlib import Path

import httpx
from starlette.applications import Starlette

from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.routes import routes

KEY = "11111111-2222-3333-4444-555555555555"


def allow(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def item() -> dict:
    """Some 30 kB that cannot be packed."""
    return {"name": "trace", "iKey": KEY, "time": datetime.now(timezone.utc).isoformat(), "data": {
        "baseType": "MessageData", "baseData": {"message": secrets.token_hex(15_000)}}}


def main() -> None:
    store = TelemetryStore(Path(sys.argv[1], "store.duckdb"), instrumentation_key=KEY)
    app = httpx.ASGITransport(Starlette(routes=routes(store, "query key")))

    async def answer() -> int:
        async with httpx.AsyncClient(transport=app) as client:
            items = [item() for _ in range(20)]
            return (await client.post("http://insights/v2.1/track", json=items)).status_code

    def seen() -> list[int]:
        return [asyncio.run(answer()), store.counts()["traces"]]

    allow(400_000)
    told = {"accepted": seen(), "full": seen()}
    allow(resource.RLIM_INFINITY)
    print(json.dumps({**told, "room": seen()}))
    store.close()


if __name__ == "__main__":
    main()

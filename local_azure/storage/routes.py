"""The requests that azureml-core makes to blobs: to write them whole, in blocks or by appending, and to read them."""
import base64
import hashlib
import hmac
import re
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local_azure.storage.models import BlobNotFoundError, BlobStore

_BLOCK = re.compile(rb"<(?:Latest|Uncommitted|Committed)>([^<]*)<")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_HEADERS = {"ETag": '"0x1"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT", "x-ms-version": "2021-12-02",
            "x-ms-request-server-encrypted": "true"}


def routes(store: BlobStore) -> list[Route]:
    path = "/{container}/{name:path}"
    return [Route(path, partial(_read, store), methods=["GET"]), Route(path, partial(_write, store), methods=["PUT"])]


async def _write(store: BlobStore, request: Request) -> Response:
    if refused := _refusal(store, request):
        return refused
    place, body = (request.path_params["container"], request.path_params["name"]), await request.body()
    headers = dict(_HEADERS)
    try:
        match request.query_params.get("comp"):
            case "block":
                store.stage(*place, request.query_params["blockid"], body)
            case "blocklist":
                store.commit(*place, (block.decode() for block in _BLOCK.findall(body)))
            case "appendblock":
                store.append(*place, body)
                headers |= {"x-ms-blob-append-offset": "0", "x-ms-blob-committed-block-count": "1"}
            case _:
                store.write(*place, body)
    except BlobNotFoundError:
        return _not_found()
    headers["Content-MD5"] = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    return Response(status_code=201, headers=headers)


async def _read(store: BlobStore, request: Request) -> Response:
    """HEAD too: Starlette leaves the body out."""
    if refused := _refusal(store, request):
        return refused
    try:
        content = store.existing(request.path_params["container"], request.path_params["name"]).read_bytes()
    except BlobNotFoundError:
        return _not_found()
    headers = {**_HEADERS, "x-ms-blob-type": "BlockBlob"}
    asked = _RANGE.fullmatch(request.headers.get("x-ms-range") or request.headers.get("range") or "")
    if not asked:
        return Response(content, headers=headers, media_type="application/octet-stream")
    start = int(asked[1])
    part = content[start:int(asked[2]) + 1 if asked[2] else None]
    if not part:
        return Response(status_code=416, headers={"x-ms-error-code": "InvalidRange"})
    headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(content)}"
    return Response(part, 206, headers=headers, media_type="application/octet-stream")


def _refusal(store: BlobStore, request: Request) -> Response | None:
    """A URL is signed for a blob, or for its container."""
    container, name = request.path_params["container"], request.path_params["name"]
    signature = store.signature(container, "" if request.query_params.get("sr") == "c" else name)
    if hmac.compare_digest(request.query_params.get("sig", "").encode(), signature.encode()):
        return None
    return Response(status_code=403, headers={"x-ms-error-code": "AuthenticationFailed"})


def _not_found() -> Response:
    return Response(status_code=404, headers={"x-ms-error-code": "BlobNotFound"})

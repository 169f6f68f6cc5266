"""Blobs as files of a folder, and the signed URLs that open them.

azureml-core takes the URL of a blob apart and builds `https://ACCOUNT.blob.REST` anew out of what it finds between the
dots. With a user name that has two dots REST holds host and port, so that the rebuilt URL is the same: no proxy and no
second certificate. Without a password `requests` sends no Authorization header for it.
"""
import hashlib
import hmac
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from urllib.parse import quote

_USER = "local.blob.store"


class BlobNotFoundError(LookupError):
    """There is no such blob, or no blob can have that name."""


class BlobStore:
    """The blobs of a storage account; `url` is where its routes are served."""

    def __init__(self, folder: Path, url: str):
        self._folder, self._url = folder, url
        self._secret = secrets.token_bytes(32)

    def signed_url(self, container: str, name: str) -> str:
        """For all that a blob can be asked to do, until the local Azure stops."""
        blob = f"{self._url.replace('https://', f'https://{_USER}@')}/{quote(container)}/{quote(name)}"
        return f"{blob}?sv=2021-12-02&sr=b&sp=rcw&sig={self.signature(container, name)}"

    def signed_container_url(self, container: str) -> str:
        """For all that may be done to any blob of the container: a blob's path goes before the question mark."""
        return f"{self.url(container)}?sv=2021-12-02&sr=c&sp=rcwl&sig={self.signature(container, '')}"

    def url(self, container: str) -> str:
        return f"{self._url}/{quote(container)}"

    def signature(self, container: str, name: str) -> str:
        """Of a container where there is no name of a blob."""
        return hmac.new(self._secret, f"{container}/{name}".encode(), hashlib.sha256).hexdigest()

    def file(self, container: str, name: str) -> Path:
        """Where the blob is, or would be. Raises BlobNotFoundError for a name that leads out of the container."""
        parts = PurePosixPath(container, name).parts
        if ".." in parts or PurePosixPath(name).is_absolute() or "/" in container or not name:
            raise BlobNotFoundError(f"{container}/{name}")
        return self._folder.joinpath(*parts)

    def existing(self, container: str, name: str) -> Path:
        """Raises BlobNotFoundError."""
        if not (found := self.file(container, name)).is_file():
            raise BlobNotFoundError(f"{container}/{name}")
        return found

    def names(self, container: str) -> list[str]:
        """Of all blobs of a container, or of one that is not there. Raises BlobNotFoundError for what names none."""
        folder = self.file(container, "blob").parent
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    def write(self, container: str, name: str, content: bytes) -> None:
        self._prepared(container, name).write_bytes(content)

    def append(self, container: str, name: str, content: bytes) -> None:
        with self._prepared(container, name).open("ab") as blob:
            blob.write(content)

    def put_file(self, container: str, name: str, file: Path) -> None:
        shutil.copyfile(file, self._prepared(container, name))

    def stage(self, container: str, name: str, block_id: str, content: bytes) -> None:
        """Keeps a block until the list of blocks comes."""
        self._block(container, name, block_id).write_bytes(content)

    def commit(self, container: str, name: str, block_ids: Iterable[str]) -> None:
        """Makes the blob of blocks that were staged. Raises BlobNotFoundError where one was not."""
        blocks = [self._block(container, name, block_id) for block_id in block_ids]
        if not all(block.is_file() for block in blocks):
            raise BlobNotFoundError(f"a block of {container}/{name}")
        with self._prepared(container, name).open("wb") as blob:
            for block in blocks:
                blob.write(block.read_bytes())
                block.unlink()

    def _prepared(self, container: str, name: str) -> Path:
        file = self.file(container, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def _block(self, container: str, name: str, block_id: str) -> Path:
        key = hashlib.sha256(f"{container}/{name}/{block_id}".encode()).hexdigest()
        return self._prepared(".blocks", key)

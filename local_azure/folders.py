"""What a local Azure keeps in its folder, and what a start takes out of it."""
import shutil
from pathlib import Path

STORE_FILE = "telemetry.duckdb"
LOG_FILE = "functions_host.log"
ENVIRONMENTS_FOLDER = "environments"
WORKSPACE_FOLDER = "local_azure_workspace"


def empty(folder: Path) -> None:
    """Every start is a fresh one: what an earlier one recorded goes. Its dead letters stay, to be replayed, and
    environments, whose making takes minutes."""
    for name in (STORE_FILE, f"{STORE_FILE}.wal", LOG_FILE, "endpoints.json", "sdk.env"):
        (folder / name).unlink(missing_ok=True)
    spilled = folder.glob(f"{STORE_FILE}.*tmp")  # the store's of a process that was killed
    for directory in (folder / "home", folder / WORKSPACE_FOLDER, *spilled):
        shutil.rmtree(directory, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # raw events and what runs are called are nobody else's business on this machine

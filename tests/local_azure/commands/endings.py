"""How commands end that cannot do what was asked, or that a signal stops."""
import socket

import pytest

from local_azure.cloud import SERVICES
from local_azure.endpoints import Endpoints


def fails(ended, command="up"):
    """The one line, without the command's name, of a command that could not do what was asked."""
    assert ended.exit_code == 2
    [line] = ended.errors.splitlines()
    assert line.startswith(f"python -m local_azure {command}: ")
    return line.removeprefix(f"python -m local_azure {command}: ")


def stop(process, folder, signal_number):
    """What a command still said when a signal stopped it; it must have taken everything down."""
    endpoints = Endpoints.load(folder)
    process.send_signal(signal_number)
    output, errors = process.communicate(timeout=60)
    assert errors == ""
    assert not (folder / "endpoints.json").exists()
    for service in SERVICES:  # the functions host included, which is a process of its own
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(getattr(endpoints, service).rpartition(":")[2])))
    return output

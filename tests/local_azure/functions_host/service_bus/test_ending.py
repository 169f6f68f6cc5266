"""The host as a process that is told to stop while a function has a message."""
import os
import signal
import subprocess
import sys
from pathlib import Path

from local_azure.service_bus.models import Message

REPOSITORY = Path(__file__).parents[4]
SOURCE = """
@app.service_bus_queue_trigger(arg_name="message", connection="Bus", queue_name="orders")
def Take(message: func.ServiceBusMessage):
    print("took it", flush=True)
    open("go_on").read()
"""


def test_a_function_may_end_and_its_message_is_completed(write_app, served):
    folder = write_app(SOURCE)
    os.mkfifo(folder / "go_on")  # whoever reads it waits for somebody who writes
    served.queue.send(Message(b"", "m"))
    process = subprocess.Popen(
        [sys.executable, "-m", "local_azure.functions_host", folder, "--master-key", "k"], cwd=folder, text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "Bus": served.connection_string},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert any("took it" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        (folder / "go_on").write_text("")
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, len(served.queue)) == (0, 0)

"""Waits until it is ended, and starts a process that does the same; says the ids of both."""
import os
import subprocess
import sys
import threading

child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
print("waiting", os.getpid(), child.pid, flush=True)
threading.Event().wait()

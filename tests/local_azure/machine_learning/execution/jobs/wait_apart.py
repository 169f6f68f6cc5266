"""As wait.py, but what it starts is in a session of its own, as the kernel of a notebook is, and starts a process too;
says the ids of all three.
"""
import os
import subprocess
import sys
import threading

WAIT = "import threading; threading.Event().wait()"
START = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {WAIT!r}]).pid, flush=True); {WAIT}"

child = subprocess.Popen([sys.executable, "-c", START], start_new_session=True, stdout=subprocess.PIPE, text=True)
print("waiting", os.getpid(), child.pid, child.stdout.readline().strip(), flush=True)
threading.Event().wait()

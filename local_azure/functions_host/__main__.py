"""Serve a function app on loopback, in a process of its own: `python -m local_azure.functions_host APP --port PORT`.

When the host listens it prints one line to stdout, {"url": …}, with a "problem" where the app cannot be loaded;
everything else, what the functions print included, goes to stderr. It ends with exit code 0 on SIGTERM and SIGINT, with
2 where it cannot start. The functions' settings are this process's environment and, as in Azure Functions Core Tools,
the Values of the app's local.settings.json where the environment has none.
"""
import argparse
import json
import logging
import os
import signal
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TextIO

import uvicorn
from starlette.applications import Starlette

from local_azure.functions_host.models import (
    KEY_VARIABLE, RUNNING_FUNCTION, THREAD_COUNT_SETTING, FunctionApp, load_function_app)
from local_azure.functions_host.routes import Host, Keys, routes
from local_azure.functions_host.service_bus.listening import listening
from local_azure.functions_host.telemetry import telemetry
from local_azure.ports import parse_port

SHUTDOWN_SECONDS = 5
"""How long a stopping host waits for answers under way, and for clients that keep an idle connection open."""


class StartError(Exception):
    """The host cannot start; the text says why and what to do."""


def main() -> int:
    arguments = parse_arguments()
    try:
        run(arguments)
    except StartError as exc:
        print(f"{arguments.prog}: {exc}", file=sys.stderr)
        return 2
    return 0


def run(arguments: argparse.Namespace) -> None:
    """Returns when a signal came. Raises StartError."""
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: sys.exit())
    if arguments.until_stdin_ends:
        stop_when_stdin_ends()
    ready, sys.stdout = sys.stdout, sys.stderr
    log_to_stderr()
    if not arguments.ignore_local_settings:
        for name, value in read_local_settings(arguments.app).items():
            os.environ.setdefault(name, value)
    sys.path.insert(0, str(arguments.app.resolve()))
    app, problem = load(arguments.app)
    thread_count = read_thread_count(os.environ.get(THREAD_COUNT_SETTING))
    with (open_listener(arguments.port) as listener, telemetry(os.environ) as told,
          ThreadPoolExecutor(thread_count, thread_name_prefix="function") as threads):
        host = Host(app, threads, partial(restart, listener.getsockname()[1]), told)
        messages = listening(host, os.environ)
        application = Starlette(routes=routes(host, Keys.of(arguments.master_key)), lifespan=lambda _: messages)
        serve(application, arguments, listener, ready, problem)


def load(folder: Path) -> tuple[FunctionApp, str | None]:
    """The app and what is wrong with it: where one function cannot be loaded, the host runs without any."""
    try:
        return load_function_app(folder), None
    except Exception as exc:
        logging.exception("no function is loaded, because the app cannot be: %s", exc)
        return FunctionApp({}), f"{type(exc).__name__}: {exc}"


def restart(port: int) -> None:
    """This process anew, on the same port: what hangs in it is gone, and so is everything else."""
    os.execv(sys.executable, [sys.executable, "-m", "local_azure.functions_host", *sys.argv[1:], "--port", str(port)])


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local_azure.functions_host", description=__doc__.split(":")[0])
    parser.add_argument("app", type=Path, metavar="APP", help="the folder that holds function_app.py")
    parser.add_argument("--port", type=parse_port, default=0, help="0 lets the system choose")
    parser.add_argument("--certificate", help="a PEM file; with it the host speaks HTTPS")
    parser.add_argument("--certificate-key", help="the PEM file of the certificate's private key")
    parser.add_argument("--ignore-local-settings", action="store_true", help="do not read local.settings.json")
    parser.add_argument("--until-stdin-ends", action="store_true", help="stop when standard input is closed")
    parser.add_argument("--master-key", default=os.environ.get(KEY_VARIABLE),
                        help=f"what callers must send as code or x-functions-key, if {KEY_VARIABLE} does not say it")
    arguments = parser.parse_args()
    if not arguments.master_key:
        parser.error(f"a key is needed: set {KEY_VARIABLE} or give --master-key")
    if not (arguments.app / "function_app.py").is_file():
        parser.error(f"{arguments.app} has no function_app.py: name the folder of a function app, such as src")
    arguments.prog = parser.prog
    return arguments


def open_listener(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as exc:
        raise StartError(f"port {port} cannot be had ({os.strerror(exc.errno or 0)}): choose another --port") from exc


def read_thread_count(text: str | None) -> int | None:
    """Without the setting the number of threads is Python's default, as in Azure's worker."""
    if text and not text.isdecimal():
        raise StartError(f"{THREAD_COUNT_SETTING} is {text!r}: put a number of threads there, or remove it")
    return int(text or 0) or None


def stop_when_stdin_ends() -> None:
    """Ends this process as SIGTERM does when whoever started it has gone."""
    def wait() -> None:
        while os.read(descriptor, 4_096):  # a thread that waits in `sys.stdin` makes Python abort at its own end
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    descriptor = sys.stdin.fileno()
    threading.Thread(target=wait, name="stdin", daemon=True).start()


def log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(add_function_name)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s [%(function)s] %(message)s", handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would tell every look into a queue


def add_function_name(record: logging.LogRecord) -> bool:
    record.function = RUNNING_FUNCTION.get()
    return True


def read_local_settings(folder: Path) -> dict[str, str]:
    """The Values of local.settings.json in `folder`; none when there is no such file."""
    file = folder / "local.settings.json"
    try:
        values: dict[str, str] = json.loads(file.read_text("utf-8-sig"))["Values"] if file.exists() else {}
        if strange := [name for name, value in values.items() if not isinstance(value, str)]:
            raise StartError(f"{file}: the value of {', '.join(strange)} is no text: put it into quotes")
    except OSError as exc:
        raise StartError(f"{file} cannot be read: {exc.strerror}") from exc
    except (ValueError, LookupError, TypeError, AttributeError) as exc:
        raise StartError(f"{file} is no JSON object with Values: mend it, or leave it out with "
                         "--ignore-local-settings") from exc
    return values


def serve(host: Starlette, arguments: argparse.Namespace, listener: socket.socket, ready: TextIO,
          problem: str | None) -> None:
    """Say on `ready` where the host listens, and serve until a signal comes."""
    config = uvicorn.Config(
        host, http="h11",  # uvicorn would take httptools, which the function brings
        ssl_certfile=arguments.certificate, ssl_keyfile=arguments.certificate_key, log_config=None,
        log_level="warning", access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS)
    try:
        config.load()
    except OSError as exc:  # as the errors of TLS are
        raise StartError(f"the certificate {arguments.certificate} cannot be used ({exc.strerror or exc}): name "
                         "the PEM files of it and of its private key") from exc
    scheme = "https" if arguments.certificate else "http"
    url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    print(json.dumps({"url": url, **({"problem": problem} if problem else {})}), file=ready, flush=True)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    sys.exit(main())

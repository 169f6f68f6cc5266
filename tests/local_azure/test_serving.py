"""HTTPS servers in one thread."""
import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from local_azure.certificates import Certificates, trust
from local_azure.serving import PortTakenError, ServerThread, open_socket, url_of


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates.create(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def servers(certificates):
    servers = ServerThread(certificates)
    yield servers
    servers.close()


@pytest.fixture
def client(certificates):
    with httpx.Client(verify=trust(certificates.authority), trust_env=False) as client:
        yield client


def application(text):
    async def answer(request):
        return PlainTextResponse(text)

    return Starlette(routes=[Route("/", answer)])


def test_a_port_that_is_taken_is_named_with_the_service_and_the_option():
    with open_socket("identity", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {port} for control .* --port control=PORT"):
            open_socket("control", port)


def test_a_port_that_does_not_exist_is_named_too():
    with pytest.raises(PortTakenError, match="port 70000 for control"):
        open_socket("control", 70_000)


def test_a_port_can_be_chosen():
    with open_socket("control", 0) as first:
        port = first.getsockname()[1]
    with open_socket("control", port) as again:
        assert url_of(again) == f"https://127.0.0.1:{port}"


def test_every_application_answers_on_its_own_socket(servers, client):
    sockets = [open_socket(name, 0) for name in ("one", "two", "three")]
    servers.serve({opened: application(url_of(opened)) for opened in sockets[:2]})
    servers.serve({sockets[2]: application(url_of(sockets[2]))})
    urls = [url_of(opened) for opened in sockets]
    assert len(set(urls)) == 3
    assert [client.get(url).text for url in urls] == urls


def test_a_client_that_does_not_trust_the_authority_is_refused(servers):
    opened = open_socket("one", 0)
    servers.serve({opened: application("one")})
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(url_of(opened), trust_env=False)


def test_coroutines_run_in_the_loop_of_the_servers(servers):
    async def name_thread():
        return threading.current_thread().name

    assert servers.run(name_thread()) == "local-azure"


def test_an_error_of_a_coroutine_reaches_the_caller(servers):
    async def fail():
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        servers.run(fail())


def test_a_coroutine_that_takes_too_long_is_a_timeout(servers):
    with pytest.raises(TimeoutError):
        servers.run(asyncio.sleep(60), timeout_seconds=0.01)


def test_closed_servers_leave_no_thread_and_no_socket(certificates, client):
    threads = set(threading.enumerate())
    servers, opened = ServerThread(certificates), open_socket("one", 0)
    address = opened.getsockname()
    servers.serve({opened: application("one")})
    client.get(url_of(opened))  # the client keeps the connection open
    servers.close()
    assert set(threading.enumerate()) == threads
    assert opened.fileno() == -1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_closing_does_not_wait_for_a_request_that_hangs(certificates, client):
    reached = threading.Event()

    async def hang(request):
        reached.set()
        await asyncio.sleep(60)

    servers, opened = ServerThread(certificates), open_socket("one", 0)
    servers.serve({opened: Starlette(routes=[Route("/", hang)])})
    with ThreadPoolExecutor() as threads:
        answer = threads.submit(client.get, url_of(opened), timeout=60)
        assert reached.wait(60)
        servers.close()
        assert answer.result(60).status_code == 500


def test_the_head_and_the_body_of_an_answer_leave_together(servers, certificates):
    opened = open_socket("one", 0)
    servers.serve({opened: application("one")})
    with socket.create_connection(opened.getsockname()) as plain:
        with trust(certificates.authority).wrap_socket(plain, server_hostname="127.0.0.1") as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert client.recv(65_536).endswith(b"\r\n\r\none")  # no more than one record at a time


def test_a_long_answer_arrives_whole_and_in_order(servers, client):
    async def answer(request):
        return StreamingResponse(f"{number};" for number in range(1_000))

    opened = open_socket("one", 0)
    servers.serve({opened: Starlette(routes=[Route("/", answer)])})
    assert client.get(url_of(opened)).text == "".join(f"{number};" for number in range(1_000))

"""The real nginx with the configuration that operators get, in front of a running service."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT
from tests.ports import free_port

NAME = "hotline"
"""The host that the attacks of the service's own tests name."""
PATIENCE = 20
BUSY = 20
"""Requests of one address under way; as shipped it is 100, which take long to open on a loaded machine."""
_MAIN = """
{user} pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/hotline.conf;
}}
"""


@dataclass
class Proxy:
    """A running nginx."""

    port: int
    plain_port: int
    folder: Path

    def client(self, source: str = "127.0.0.1", plain: bool = False) -> httpx.Client:
        """A client at an address of this machine; the host's name leads to the proxy."""
        url = f"http://127.0.0.1:{self.plain_port}" if plain else f"https://127.0.0.1:{self.port}"
        transport = _Named(verify=False, local_address=source)  # the certificate is the test's own
        return httpx.Client(base_url=url, transport=transport, headers={"Host": NAME}, timeout=60)

    def connect(self, source: str = "127.0.0.1") -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE, (source, 0))
        # Else what is sent first waits for an acknowledgement, and what another connection sends later overtakes it.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _unverified().wrap_socket(plain, server_hostname=NAME)

    def log(self) -> str:
        return (self.folder / "hotline.log").read_text(encoding="utf-8")


class _Named(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = NAME
        return super().handle_request(request)


def _unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def nginx(folder: Path, service_port: int) -> Iterator[Proxy]:
    """Runs nginx with deploy/nginx.conf, of which only names, ports, files and the number of requests are changed."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is not installed: apt-get install nginx-light"
    proxy = Proxy(free_port(), free_port(), folder)
    certificate = ["-keyout", f"{folder}/hotline.key", "-out", f"{folder}/hotline.pem", "-days", "2", "-nodes"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", f"/CN={NAME}"]
    subprocess.run(["openssl", "req", "-x509", *key, *certificate], check=True, stderr=subprocess.DEVNULL)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, here in (
        ("server_name hotline.example;", f"server_name {NAME};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{proxy.port} ssl"),
        ("listen 80;", f"listen 127.0.0.1:{proxy.plain_port};"),
        ("server 127.0.0.1:5005;", f"server 127.0.0.1:{service_port};"),
        ("limit_conn address 100;", f"limit_conn address {BUSY};"),
        ("/etc/ssl/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    (folder / "hotline.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(user=user, folder=folder), encoding="utf-8")
    process = subprocess.Popen([program, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            try:
                proxy.connect().close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise AssertionError((folder / "error.log").read_text(encoding="utf-8"))
        yield proxy
    finally:
        process.terminate()
        process.wait(PATIENCE)

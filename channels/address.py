"""From which address a request comes (来源地址), for the limits per address."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_network

from sanic import Request

from bot.settings import settings


def address_of(request: Request) -> str:
    """The address that called. What a proxy says of it counts only where the proxy is one of ``BOT_TRUSTED_PROXIES``.

    Of IPv6 it is the network of one subscriber, who has all of its addresses.
    """
    said = [part.strip() for value in request.headers.getall("x-forwarded-for", []) for part in value.split(",")]
    address = request.ip
    # From the nearest on: what stands before an address that is not trusted is only its word.
    while said and _trusted(address, settings().trusted_proxies or ""):
        try:
            address = str(ip_address(said.pop()))
        except ValueError:
            break
    return _subscriber(address)


@lru_cache(maxsize=1024)
def _trusted(address: str, proxies: str) -> bool:
    networks = [ip_network(part.strip()) for part in proxies.split(",") if part.strip()]
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


def _subscriber(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        # A socket in the file system has no address.
        return address
    if known.version == 6 and known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)

"""Where a request comes from."""

import ipaddress

from flask import request

# What is asked there shows a signature or a token of its own.
_WEBHOOKS = {"slack.receive", "slash.receive", "hooks.ask"}


def is_webhook() -> bool:
    """Whether the current request is for a route that itself sees who is let in."""
    return request.endpoint in _WEBHOOKS


def is_this_machine(host: str) -> bool:
    """Whether only this machine can reach a server bound to the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def network(address: str) -> str:
    """What counts as one address: with IPv6, everyone has as many as they like."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))


def caller() -> str:
    """The address that the current request comes from.

    A proxy on this machine says whom it asks for; others could say anything.
    """
    peer = request.remote_addr or ""
    said = request.headers.getlist("X-Forwarded-For")
    return said[-1].rpartition(",")[2].strip() if said and is_this_machine(peer) else peer

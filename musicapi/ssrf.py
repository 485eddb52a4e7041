"""Which addresses lead into the public internet: decided by their spelling alone, without any connection."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

# Beyond it IPv6 is reserved, local or, as NAT64 and the IPv4-compatible addresses, wraps any IPv4.
_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
# Special by IANA's registries, though Python 3.11 calls them global.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))

# What an address may be written with (RFC 3986); others are read differently by different programs.
_WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# A host whose last label looks like this is opened as an IPv4 address (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
# Names that are kept for private networks: RFC 6761, 6762, 8375, 9476, and what routers give out.
_PRIVATE_NAMES = frozenset(
    {
        *("localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan"),
        *("arpa", "invalid", "onion", "alt"),
    }
)
_LONGEST_HOST = 253


def is_public(address: str) -> bool:
    """Whether an IP address may be connected to: global, unicast, and wrapping nothing private."""
    ip: Any = ipaddress.ip_address(address.partition("%")[0])
    for wrapped in ("ipv4_mapped", "sixtofour", "teredo"):
        inner = getattr(ip, wrapped, None)
        if inner:
            inner = inner[1] if isinstance(inner, tuple) else inner
            return is_public(str(inner))
    if ip.version == 6 and ip not in _GLOBAL_IPV6:  # noqa: PLR2004 - the protocol's own number
        return False
    return bool(ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL))


def link_problem(link: str) -> str | None:
    """What is wrong with a link that others are to fetch, None when nothing is; completes "The link …"."""
    if not link.lower().startswith("https://"):
        return "must begin with https://"
    try:
        parts = urlsplit(link)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "is not a link"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    if not _WRITTEN.fullmatch(link):
        return "is not a link"
    if not _is_public_host(host):
        return "must lead to a public address"
    return None


def _is_public_host(host: str) -> bool:
    if ":" in host:
        return _is_public_literal(host)
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        # Decimal, octal, hexadecimal and short spellings of IPv4 are not read here but refused.
        return _is_public_literal(host)
    return (
        len(labels) > 1
        and len(host) <= _LONGEST_HOST
        and all(_LABEL.fullmatch(label) for label in labels)
        and labels[-1] not in _PRIVATE_NAMES
    )


def _is_public_literal(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return False

"""Which addresses lead into the public internet; downloads ask at the socket."""

import ipaddress
from typing import Any

# Beyond it IPv6 is reserved, local or, as NAT64 and the IPv4-compatible addresses, wraps any IPv4.
_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
# Special by IANA's registries, though Python 3.11 calls them global.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))


def is_public(address: str) -> bool:
    """Whether an address is global, unicast, and wraps no private one."""
    ip: Any = ipaddress.ip_address(address.partition("%")[0])
    for wrapped in ("ipv4_mapped", "sixtofour", "teredo"):
        inner = getattr(ip, wrapped, None)
        if inner:
            inner = inner[1] if isinstance(inner, tuple) else inner
            return is_public(str(inner))
    if ip.version == 6 and ip not in _GLOBAL_IPV6:  # noqa: PLR2004 - the protocol's own number
        return False
    return bool(ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL))

"""Decisions about failed sign-ins: what counts together, and how long the next attempt waits. No clock."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

FREE_FAILURES = 5
ACCOUNT_SHARE = 20
"""How many times slower an account waits for failures from everywhere than for those from one network: a
stranger in one place never keeps its owner out, guessing from everywhere still slows down."""
NETWORK_SHARE = 10
"""How many times slower a network waits: a whole office shares it."""
WIDER = 4
"""How many times slower the wider network around it waits: a stranger who has all of that gains no more."""
KNOWN_SHARE = 10
"""How many times slower still a network waits for whoever signed in from there well, not long ago."""
ALARM_EVERYWHERE = 200
"""So many failures in an hour, whatever the account and the network, are told to the functionaris."""
FORGET = timedelta(hours=1)
FORGET_FAILURE = timedelta(days=1)
FORGET_NETWORK = timedelta(days=90)
LONGEST_WAIT = timedelta(minutes=15)


def wait_after(failures: int) -> timedelta:
    """How long the next attempt must wait after so many failures in a row: doubling from the sixth on."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_FAILURES, 10)
    return min(timedelta(seconds=5 * doubled), LONGEST_WAIT)


def networks_of(address: str) -> tuple[str, str]:
    """The network whose failures count together, and the wider one around it that one stranger may have.

    An IPv4 address and its /24, or the /64 around an IPv6 address and its /48; what is no address stays.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address, address
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(IPv6Network((int(ip), 64), strict=False)), str(IPv6Network((int(ip), 48), strict=False))
    four = ip.ipv4_mapped if isinstance(ip, IPv6Address) else ip
    return str(four), str(IPv4Network((int(four or 0), 24), strict=False))

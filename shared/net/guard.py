"""Rules for the addresses that may be reached: pure, without network."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from shared.net.errors import AddressRefused

Address = IPv4Address | IPv6Address

MAX_URL_CHARS = 2048
MAX_HOST_CHARS = 253
DEFAULT_PORTS = {"http": 80, "https": 443}

MALFORMED = "Enter a valid http or https address."
CREDENTIALS = "The address may not hold a user name or password."
INSIDE = "This address is not on the public internet."

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# Names that resolvers answer from inside, and top-level names kept for private networks
# (RFC 6761, RFC 6762, RFC 8375, ICANN's reservation of .internal).
_INSIDE_SUFFIXES = (
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan",
    "home.arpa",
)  # fmt: skip

# The IANA registries of special-purpose addresses; the standard library's `is_global` follows them only as of
# each Python release. The last IPv4 entry is Azure's host agent, a public address that is answered inside.
_INSIDE_IPV4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        ),
    )
)  # fmt: skip

# Only 2000::/3 is given out for global use. Within it: Teredo and the IETF's other assignments,
# documentation, 6to4, AS112. Outside it lie the mapped, compatible, NAT64, unique-local, link-local and
# multicast ranges.
_GLOBAL_IPV6 = ip_network("2000::/3")
_INSIDE_IPV6 = tuple(
    map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)


@dataclass(frozen=True)
class ParsedUrl:
    """A checked address; `host` is ASCII, lower case, without brackets."""

    scheme: str
    host: str
    port: int
    url: httpx.URL

    def __str__(self) -> str:
        return str(self.url)


def check_url(url: str, *, allowed_hosts: frozenset[str] = frozenset()) -> ParsedUrl:
    """Parse and check an address from a user. Raises AddressRefused.

    `allowed_hosts` are `host:port` exceptions for local development. Names are not resolved here: their
    addresses are checked when the connection is made.
    """
    parsed = _parse(url)
    if parsed.scheme not in DEFAULT_PORTS:
        raise AddressRefused(MALFORMED)
    if parsed.userinfo or b"@" in parsed.netloc:
        raise AddressRefused(CREDENTIALS)
    host = parsed.raw_host.decode("ascii").removesuffix(".")
    port = DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    if not 1 <= port <= 65535:
        raise AddressRefused(MALFORMED)
    if format_host_and_port(host, port) not in allowed_hosts:
        check_host(host)
    return ParsedUrl(parsed.scheme, host, port, parsed.copy_with(host=host, fragment=None))


def check_host(host: str) -> None:
    """Refuse malformed hosts, names known to be inside, and inside addresses. Raises AddressRefused."""
    address = parse_literal(host)
    if address is not None:
        if not is_public(address):
            raise AddressRefused(INSIDE)
        return
    labels = host.split(".")
    if len(host) > MAX_HOST_CHARS or not all(map(_LABEL.fullmatch, labels)):
        raise AddressRefused(MALFORMED)
    if _NUMBER.fullmatch(labels[-1]):  # resolvers read 2130706433, 0x7f.1 and 127.1 as addresses
        raise AddressRefused(INSIDE)
    if len(labels) == 1 or any(f".{host}".endswith(f".{suffix}") for suffix in _INSIDE_SUFFIXES):
        raise AddressRefused(INSIDE)


def is_public(address: Address | str) -> bool:
    """Tell whether an address is on the public internet and nowhere else; False for other text."""
    parsed = parse_literal(address) if isinstance(address, str) else address
    if isinstance(parsed, IPv4Address):
        return parsed.is_global and not any(parsed in network for network in _INSIDE_IPV4)
    if isinstance(parsed, IPv6Address):
        return (
            parsed in _GLOBAL_IPV6
            and parsed.is_global
            and parsed.scope_id is None
            and not any(parsed in network for network in _INSIDE_IPV6)
        )
    return False


def parse_literal(host: str) -> Address | None:
    """Parse a host in the standard notation of addresses, or return None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def format_host_and_port(host: str, port: int) -> str:
    """Join host and port, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _parse(url: str) -> httpx.URL:
    if len(url) > MAX_URL_CHARS or not all(map(_is_plain, url)):
        raise AddressRefused(MALFORMED)
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(MALFORMED) from error


def _is_plain(character: str) -> bool:
    """Tell whether parsers agree on a character: not on control characters, spaces and backslashes."""
    return character.isprintable() and not character.isspace() and character != "\\"

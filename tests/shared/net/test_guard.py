"""The rules about addresses, without a network."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.net.errors import AddressRefused
from shared.net.guard import check_url, is_public
from tests.shared.net.hostile import HOSTILE


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_and_named_in_the_details(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_url(url.replace("{port}", "8080"))
    assert refused.value.status == 422
    assert refused.value.code == "VALIDATION_ERROR"
    assert refused.value.details == {"url": [refused.value.reason]}


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "requested"),
    [
        ("https://example.com/a.pdf", "https", "example.com", 443, "https://example.com/a.pdf"),
        ("HTTP://Example.COM:8080/A?b=c", "http", "example.com", 8080, "http://example.com:8080/A?b=c"),
        ("https://example.com./x#part", "https", "example.com", 443, "https://example.com/x"),
        ("https://bücher.example/", "https", "xn--bcher-kva.example", 443, "https://xn--bcher-kva.example/"),
        ("http://93.184.216.34/", "http", "93.184.216.34", 80, "http://93.184.216.34/"),
        ("http://[2606:4700::1111]/", "http", "2606:4700::1111", 80, "http://[2606:4700::1111]/"),
        (
            "https://my_files.example.com",
            "https",
            "my_files.example.com",
            443,
            "https://my_files.example.com",
        ),
        ("https://1.example.com/?q=a@b", "https", "1.example.com", 443, "https://1.example.com/?q=a@b"),
        ("https://notlocalhost.com/", "https", "notlocalhost.com", 443, "https://notlocalhost.com/"),
    ],
)
def test_an_ordinary_address_passes(url: str, scheme: str, host: str, port: int, requested: str) -> None:
    parsed = check_url(url)
    assert (parsed.scheme, parsed.host, parsed.port, str(parsed)) == (scheme, host, port, requested)
    assert parsed.url.raw_host.decode() == host


def test_an_exception_lets_exactly_its_host_and_port_pass() -> None:
    allowed = frozenset({"localhost:8081", "[::1]:9000"})
    assert check_url("http://localhost:8081/x", allowed_hosts=allowed).port == 8081
    assert check_url("http://[::1]:9000/x", allowed_hosts=allowed).host == "::1"
    for url in (
        "http://localhost:8082/",
        "http://127.0.0.1:8081/",
        "http://localhost/",
        "ftp://localhost:8081/",
    ):
        with pytest.raises(AddressRefused):
            check_url(url, allowed_hosts=allowed)


@given(st.ip_addresses(v=4))
def test_only_addresses_python_calls_global_are_public(address: IPv4Address) -> None:
    assert not is_public(address) or (
        address.is_global and not address.is_multicast and not address.is_private
    )


def inside(network: str) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    parsed: IPv4Network | IPv6Network = ip_network(network)
    return st.integers(0, parsed.num_addresses - 1).map(lambda index: parsed[index])


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32",
        "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ],
)  # fmt: skip
def test_no_address_of_an_inside_network_is_public(network: str) -> None:
    @given(inside(network))
    def holds(address: IPv4Address | IPv6Address) -> None:
        assert not is_public(address)
        assert not is_public(str(address))

    holds()


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["example.com", "", "2606:4700::1111%eth0", "8.8.8", "0x08.8.8.8"])
def test_what_is_no_plain_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@given(st.text(max_size=80))
def test_any_text_is_either_refused_or_public(text: str) -> None:
    try:
        parsed = check_url(f"http://{text}")
    except AddressRefused:
        return
    assert "." in parsed.host or is_public(parsed.host)

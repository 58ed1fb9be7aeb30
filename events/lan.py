"""A real phone on the local network: the machine's address there, and a certificate for it (cameras need https).

The authority that signs the certificate is made for this one address and signs this one certificate; its key is thrown away
unwritten. So whoever trusts it on a phone trusts one server on one network, and nobody can make another.
"""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from events.settings import Settings, WrongSetting, read_settings

GOOD_FOR: Final = timedelta(days=395)  # phones refuse certificates of more than 398 days
RENEWED_BEFORE: Final = timedelta(days=30)
CLOCKS_DIFFER: Final = timedelta(days=2)
CA_FILE: Final = "local-ca.crt"
# which way they would be reached tells our own address; nothing is sent there
TOWARDS: Final = ("192.0.2.1", "192.168.255.254", "10.255.255.254", "172.31.255.254")

Find = Callable[[], IPv4Address | None]


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of the server's key and chain, and the authority to trust on the phone (DER)."""

    chain: Path
    key: Path
    authority: bytes


def own_address() -> IPv4Address | None:
    """This machine's address on its network, by the way that packets would leave; None without a network."""
    for target in TOWARDS:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            try:
                way.connect((target, 9))
            except OSError:
                continue
            found = IPv4Address(way.getsockname()[0])
        if not found.is_loopback and not found.is_unspecified:
            return found
    return None


def lan_address(environ: Mapping[str, str], find: Find = own_address) -> IPv4Address:
    """The address that phones use: HOST when it is set, else the one that is found.

    Raises WrongSetting.
    """
    if given := environ.get("HOST"):
        address = _given(given)
    elif found := find():
        address = found
    else:
        raise WrongSetting(
            "This machine has no network address: join a Wi-Fi network, or name the address, like HOST=192.168.1.20."
        )
    if address.is_global:
        raise WrongSetting(
            f"{address} can be reached from the internet, and --lan is for a local network: name its address in HOST, "
            "or put a proxy in front as the README says."
        )
    return address


def _given(text: str) -> IPv4Address:
    try:
        address = IPv4Address(text)
    except AddressValueError as error:
        raise WrongSetting(f"HOST={text!r} must be an IPv4 address with --lan, like 192.168.1.20.") from error
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind((text, 0))
        except OSError as error:
            raise WrongSetting(f"HOST={text!r} is no address of this machine ({error.strerror}).") from error
    if address.is_loopback or address.is_unspecified:
        raise WrongSetting(f"HOST={text!r} is no address that a phone can reach: leave HOST out, or name that of your network.")
    return address


def lan_settings(environ: Mapping[str, str] = os.environ, *, find: Find = own_address) -> Settings:
    """The settings of a server on the local network: it listens there alone, over https.

    Raises WrongSetting.
    """
    if environ.get("EVENTS_BASE_URL"):
        raise WrongSetting("--lan finds its own address: leave EVENTS_BASE_URL out.")
    address = lan_address(environ, find)
    # read as for loopback, where the demo is allowed; on the network its mailbox shows itself to this machine alone
    settings = read_settings({name: value for name, value in environ.items() if name != "HOST"})
    return replace(settings, host=str(address), base_url=f"https://{address}:{settings.port}", lan=True)


def certificate_for(address: IPv4Address, folder: Path, now: datetime) -> Certificate:
    """The certificate for this address, kept in `folder`; made anew a month before it ends, or when it is not whole.

    Raises WrongSetting when the folder cannot be written.
    """
    place = folder / str(address)
    made = Certificate(place / "chain.pem", place / "key.pem", b"")
    try:
        kept = _kept(made, address, now)
        if kept is None:
            kept = _make(address, now)
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path, content in ((made.key, kept[0]), (made.chain, kept[1])):
                _write(path, content)
    except OSError as error:
        raise WrongSetting(f"EVENTS_VAR={str(folder.parent)!r} cannot be used: {error.strerror}.") from error
    [_, authority] = x509.load_pem_x509_certificates(kept[1])
    return replace(made, authority=authority.public_bytes(Encoding.DER))


def _kept(at: Certificate, address: IPv4Address, now: datetime) -> tuple[bytes, bytes] | None:
    """Key and chain as they are kept, if they belong together, fit, and are good for a while."""
    if not (at.key.is_file() and at.chain.is_file()):
        return None
    key, chain = at.key.read_bytes(), at.chain.read_bytes()
    try:
        leaf, authority = x509.load_pem_x509_certificates(chain)
        leaf.verify_directly_issued_by(authority)
        fits = load_pem_private_key(key, None).public_key() == leaf.public_key()
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return None
    named = names.get_values_for_type(x509.IPAddress) == [address]
    return (key, chain) if fits and named and now + RENEWED_BEFORE < leaf.not_valid_after_utc else None


def _make(address: IPv4Address, now: datetime) -> tuple[bytes, bytes]:
    """A key, and its certificate with the authority that signed it, as PEM."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    # no name of a host: those would be checked against the authority's limits
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Events at {address}, made {now:%Y-%m-%d}")])
    authority = (
        _certificate(called, called, authority_key.public_key(), authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            # for this address, and for no host name that exists (RFC 5280 §4.2.1.10: a kind that is not named is free)
            x509.NameConstraints([x509.IPAddress(IPv4Network(address)), x509.DNSName("events.invalid")], None),
            critical=True,
        )
        .sign(authority_key, SHA256())
    )
    server = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Events server at {address}")])
    leaf = (
        _certificate(server, called, key.public_key(), authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(address)]), critical=False)
        .sign(authority_key, SHA256())
    )
    return (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        leaf.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM),
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now - CLOCKS_DIFFER + GOOD_FOR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for nobody else to read."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)

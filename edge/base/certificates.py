"""Certificates: what one says, and a small authority of the store's own for a trial on its Wi-Fi.

The authority may sign for this store's names and for private addresses only (name constraints, RFC 5280
4.2.1.10): a phone that trusts it trusts it for nothing else, whoever gets hold of its key.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from edge.base import private_files

FOLDER = "tls"
CA_FILE, CA_KEY_FILE = "ca.pem", "ca-key.pem"
CERTIFICATE_FILE, KEY_FILE = "certificate.pem", "key.pem"
CA_LIFE = timedelta(days=5 * 365)
# Phones refuse certificates that live longer, whoever signed them.
LEAF_LIFE = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
# A Pi without a battery clock may have signed in what the phone takes for the future.
_EARLIER = timedelta(days=1)
_PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class CertificateSeen:
    """What a certificate file says. `fits_key` is None when there was no key to compare."""

    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    fits_key: bool | None = None
    issuer: str = ""


def read(certificate: Path, key: Path | None = None) -> CertificateSeen:
    """What the first certificate in a PEM file says; ValueError or OSError when it cannot be read."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    fits = None
    if key is not None:
        ours = load_pem_private_key(key.read_bytes(), password=None).public_key()
        fits = _public(ours) == _public(found.public_key())
    return CertificateSeen(
        names=_names(found),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        fits_key=fits,
        issuer=found.issuer.rfc4514_string(),
    )


def covers(names: Iterable[str], host: str) -> bool:
    """Whether a certificate with these names counts for a host; a star stands for one label."""
    wanted = host.lower()
    _, _, parent = wanted.partition(".")
    return any(name.lower() in {wanted, f"*.{parent}"} for name in names)


def make_trial(home: Path, names: Sequence[str], *, now: datetime) -> list[Path]:
    """A certificate for `names` from an authority of the store's own; makes only what is not there yet.

    Returns the files that were made. Nothing that exists is overwritten.
    """
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    made: list[Path] = []
    if not (folder / CA_FILE).exists():
        made += _make_authority(folder, names, now)
    if not (folder / CERTIFICATE_FILE).exists():
        made += sign(home, names, now=now)
    return made


def sign(home: Path, names: Sequence[str], *, now: datetime) -> list[Path]:
    """Sign a fresh certificate for `names` with the store's own authority, over the old one if there is one."""
    folder = home / FOLDER
    authority = x509.load_pem_x509_certificate((folder / CA_FILE).read_bytes())
    ca_key = load_pem_private_key((folder / CA_KEY_FILE).read_bytes(), password=None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{folder / CA_KEY_FILE} is not a key that this program made")
    key = _key(folder / KEY_FILE)
    leaf = (
        _builder(names[0], authority.subject, key, now=now, life=LEAF_LIFE)
        .add_extension(
            x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    text = leaf.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM)
    private_files.write(folder / CERTIFICATE_FILE, text)
    return [folder / CERTIFICATE_FILE]


def renew_trial(home: Path, *, now: datetime) -> bool:
    """Sign anew when the store's own certificate ends soon; True when it did. Bought ones are left alone."""
    folder = home / FOLDER
    if not (folder / CA_KEY_FILE).exists() or not (folder / CERTIFICATE_FILE).exists():
        return False
    seen = read(folder / CERTIFICATE_FILE)
    if seen.not_after - now > RENEW_BEFORE:
        return False
    sign(home, seen.names, now=now)
    return True


def _make_authority(folder: Path, names: Sequence[str], now: datetime) -> list[Path]:
    key = _key(folder / CA_KEY_FILE)
    name = _name(f"store-edge trial authority of {names[0]}")
    # A box with a public address is rare and honest; what is not permitted would make the whole certificate void.
    addresses = dict.fromkeys((*_PRIVATE, *(each for each in names if _is_address(each))))
    permitted: list[x509.GeneralName] = [
        *(x509.DNSName(each) for each in names if not _is_address(each)),
        *(x509.IPAddress(ipaddress.ip_network(each)) for each in addresses),
    ]
    authority = (
        _builder(f"store-edge trial authority of {names[0]}", name, key, now=now, life=CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private_files.write(folder / CA_FILE, authority.public_bytes(Encoding.PEM))
    return [folder / CA_FILE, folder / CA_KEY_FILE]


def _key(path: Path) -> Key:
    """The key in this file, made now if there is none."""
    if path.exists():
        found = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(found, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{path} is not a key that this program made")
        return found
    key = ec.generate_private_key(ec.SECP256R1())
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    private_files.write(path, text)
    return key


def _builder(
    name: str, issuer: x509.Name, key: Key, *, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now - _EARLIER + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = (str(each) for each in found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)


def _public(key: object) -> bytes:
    told: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]  # every public key can
    return told

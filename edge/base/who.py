"""What a store may be called: checked once, in words, before anything is printed on paper."""

from __future__ import annotations

import difflib
import re
from zoneinfo import ZoneInfo, available_timezones

from sync.core.errors import Refusal

# A printed code of 30 mm holds 44 upper-case characters: HTTPS:// + host + /Q/ + 8.
LONGEST_PUBLIC_HOST = 25
_HOST = re.compile(
    r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$"
)
_STORE_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
_CODE = re.compile(r"^[A-Z0-9]{2,6}$")
_CURRENCY = re.compile(r"^[A-Z]{3}$")


class WrongName(Refusal):
    """A store's id, host, zone or currency that cannot be used."""

    code = "wrong_name"
    status = 422
    sentence = "{what} {given} cannot be used: {problem}"


def public_host(given: str) -> str:
    """The one name under which phones find the store, without scheme; WrongName when no code of 30 mm holds it."""
    host = given.strip().lower()
    if "/" in host:
        raise WrongName(
            what="The public host",
            given=given,
            problem="give the bare name, without https:// and paths",
        )
    if not _HOST.match(host):
        raise WrongName(
            what="The public host",
            given=given,
            problem="it is not a host name such as shop.example",
        )
    name = host.rsplit(":", 1)[0]
    if len(name) > LONGEST_PUBLIC_HOST:
        problem = (
            f"it is too long, {len(name)} characters: "
            f"a printed code of 30 mm stays readable up to {LONGEST_PUBLIC_HOST}. "
            "Take a shorter name, such as a subdomain of your shortest domain"
        )
        raise WrongName(what="The public host", given=given, problem=problem)
    return host


def store_id(given: str) -> str:
    """The store's id at HQ."""
    return _matching(
        _STORE_ID, given.strip(), "The store id", "use a-z, 0-9 and -, such as harbour-lane"
    )


def code(given: str) -> str:
    """The short name inside pickup codes."""
    return _matching(
        _CODE, given.strip().upper(), "The code", "use 2 to 6 letters or digits, such as HL"
    )


def currency(given: str) -> str:
    """An ISO 4217 code."""
    return _matching(
        _CURRENCY, given.strip().upper(), "The currency", "use its three letters, such as EUR"
    )


def time_zone(given: str) -> str:
    """A name of the zone database; WrongName suggests the nearest ones."""
    name = given.strip()
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, KeyError):
        near = difflib.get_close_matches(name, available_timezones(), n=3, cutoff=0.5)
        problem = f"did you mean {' or '.join(near)}?" if near else "use a name such as Asia/Tokyo"
        raise WrongName(what="The time zone", given=given, problem=problem) from None


def _matching(pattern: re.Pattern[str], given: str, what: str, problem: str) -> str:
    if not pattern.match(given):
        raise WrongName(what=what, given=given, problem=problem)
    return given

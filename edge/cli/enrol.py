"""`store-edge enrol`: make this box a store of a chain's HQ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge.base.edge import Edge
from edge.cli.service import home_option, run


@click.command()
@click.argument("code_word", metavar="[CODE]", default="")
@click.option("--code", default="", help="the one-time code that HQ printed")
@click.option("--hq", "hq_url", default="", help="where HQ is  [default: setting hq_url]")
@home_option
def command(home: Path, code_word: str, code: str, hq_url: str) -> None:
    """Make this box a store of a chain's HQ, with a one-time code from `store-edge hq enrol-store`."""
    if not (chosen := code or code_word):
        raise click.UsageError("Give the one-time code: store-edge enrol CODE")
    said = run(home, "enrol", {"hq_url": hq_url, "code": chosen})
    digits = str(said["fingerprint"])
    click.echo(f"This box is {said['name']} ({said['store_id']}) now.")
    click.echo(f"Its key reads {digits[:3]} {digits[3:]}: HQ must show the same six digits.")


def enrol(edge: Edge, words: Mapping[str, Any]) -> dict[str, str]:
    """Become a store of that HQ; a running sync begins with it at once."""
    from edge.sync_bindings import enrolment

    url = str(words["hq_url"]) or enrolment.hq_url(edge)
    enrolled = enrolment.enrol(edge, url, str(words["code"]))
    return {
        "store_id": enrolled.store_id,
        "name": enrolled.name,
        "fingerprint": enrolment.own_fingerprint(edge),
    }

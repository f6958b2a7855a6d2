"""`store-edge hq shops`: connect shop systems, see whether they answer, and what customers ask through them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from edge.cli.hq_asking import ask as ask_hq
from edge.cli.hq_asking import home_option, settings

_TOPICS = {
    "customer_data": "wants to see their data",
    "customer_erasure": "wants to be forgotten",
    "shop_erasure": "the shop left; all its customers",
}


@click.group(name="shops")
def command() -> None:
    """Shop systems that send orders: WooCommerce, Shopify. docs/shops.md goes through it step by step."""


@command.command()
@click.argument("name")
@click.option("--adapter", type=click.Choice(["woocommerce", "shopify"]), required=True)
@click.option("--url", default="", help="the shop's address, such as https://NAME.myshopify.com")
@click.option("--currency", default="", help="JPY when not given, or as it was")
@click.option("--lang", default="", help="of customers, where it is not said; en, or as it was")
@click.option("--default-store", default="", help="for pickups that name no store at all")
@click.option("--secret", default="", help="what the shop signs with; made when not given")
@click.option("--api-version", default="", help="of the shop's API, where it has versions")
@home_option
def add(home: Path, **given: Any) -> None:
    """Let a shop send orders, or change how it is reached; asks for the token with `shops token`."""
    said = ask_hq(home, "add-shop", given)
    click.echo(f"address: {settings(home).public_url}{said['path']}")
    if said["secret"]:
        click.echo(f"secret: {said['secret']}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="all of it, for machines")
@home_option
def list_shops(home: Path, *, as_json: bool) -> None:
    """Show every shop: whether it answers, its locations, and what waits for it."""
    told = ask_hq(home, "shop-list", {})
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    for shop in told["shops"]:
        click.echo(f"{shop['name']} ({shop['adapter']}) {shop['url'] or 'is not called by HQ'}")
        click.echo(
            f"  answered last: {shop['answered_at'] or 'never'}; waiting: {shop['waiting']}"
        )
        click.echo(f"  hears that an order is ready: {shop['write_back']}")
        for location, store_id in shop["locations"].items():
            click.echo(f"  location {location} is {store_id}")
        if shop["problem"]:
            click.echo(f"  problem: {shop['problem']}")
    for call in told["calls"]:
        what = "the rest of the order" if call["kind"] == "fetch" else "telling that it is ready"
        click.echo(
            f"{call['shop']} order {call['source_id']}: {what} {call['state'].replace('_', ' ')}"
            f" since {call['since']}, {call['tries']} tries. {call['problem']}"
        )


@command.command()
@click.argument("name")
@click.option("--secret", default="", help="made when not given")
@home_option
def secret(home: Path, *, name: str, secret: str) -> None:
    """Give a shop a new secret to sign with. The one before it holds until the next change."""
    said = ask_hq(home, "shop-secret", {"name": name, "secret": secret})
    click.echo(f"secret: {said['secret']}")


@command.command()
@click.argument("name")
@click.option("--token", prompt=True, hide_input=True, help="asked for when not given")
@home_option
def token(home: Path, *, name: str, token: str) -> None:
    """Keep what HQ shows when it calls a shop: Shopify's access token, WooCommerce's KEY:SECRET."""
    said = ask_hq(home, "shop-token", {"name": name, "token": token})
    click.echo(f"{name}: kept. {said['waiting']} calls are tried again now.")


@command.command("map-location")
@click.argument("name")
@click.argument("location")
@click.argument("store_id", required=False, default="")
@home_option
def map_location(home: Path, *, name: str, location: str, store_id: str) -> None:
    """Say which store a location of the shop is; without STORE_ID that is forgotten."""
    said = ask_hq(
        home, "shop-location", {"name": name, "location": location, "store_id": store_id}
    )
    click.echo(f"{name}: location {location} is {said['store_id'] or 'no store'}.")


@command.command("write-back")
@click.argument("name")
@click.argument("how")
@home_option
def write_back(home: Path, *, name: str, how: str) -> None:
    """Say how the shop hears that an order is ready: off, ready (Shopify), note, customer-note, status:NAME."""
    said = ask_hq(home, "shop-write-back", {"name": name, "write_back": how})
    mails = {
        "nobody": "Nobody mails the customer; the pickup pass shows it.",
        "shop": "The shop mails the customer. Switch off any other mail that says the same.",
        "shop_if_set_up": "The shop mails the customer if a mail is set up there for that status.",
    }
    click.echo(f"{name}: {said['write_back']}. {mails[said['mails_ready']]}")


@command.command()
@click.argument("name")
@home_option
def retry(home: Path, *, name: str) -> None:
    """Ask a shop again at once for all that waits."""
    said = ask_hq(home, "shop-retry", {"name": name})
    click.echo(f"{name}: {said['waiting']} calls are due now.")


@command.group()
def privacy() -> None:
    """What customers ask through their shop: to see what is known of them, and to be forgotten."""


@privacy.command("list")
@home_option
def list_requests(home: Path) -> None:
    """Show every request, open ones first. HQ carries erasures out itself."""
    for each in ask_hq(home, "privacy-list", {})["requests"]:
        stores = f", stores {', '.join(each['stores'])}" if each["stores"] else ""
        click.echo(
            f"{each['request_id']} {each['shop']}: {_TOPICS[each['topic']]}. {each['state']},"
            f" answer due {each['due_at'][:10]}, orders {each['orders']}{stores}"
        )


@privacy.command()
@click.argument("request_id")
@home_option
def export(home: Path, *, request_id: str) -> None:
    """Print all that HQ holds of the person of a request, as JSON, for the shop's owner to hand over."""
    click.echo(json.dumps(ask_hq(home, "privacy-export", {"request_id": request_id}), indent=2))


@privacy.command()
@click.argument("request_id")
@click.option("--by", default="", help="who handed the data over")
@home_option
def done(home: Path, *, request_id: str, by: str) -> None:
    """Say that the data of a request was handed over."""
    ask_hq(home, "privacy-done", {"request_id": request_id, "by": by})
    click.echo(f"{request_id}: done.")

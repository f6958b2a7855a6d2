"""Asking for a person, from a kiosk or a pass, and coming."""

from datetime import datetime

import msgspec

from edge import http
from edge.help import actions, store
from edge.help.rules import Call, Surface, Topic
from edge.http import Caller

bp = http.blueprint("help")


class HelpBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where somebody asks, and what it is about."""

    surface: Surface = Surface.KIOSK
    topic: Topic = Topic.OTHER


class TopicBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it is about; the pass says itself where."""

    topic: Topic = Topic.ORDER


class CallShown(msgspec.Struct, frozen=True):
    """A call for help; `is_answered` once somebody comes."""

    call_id: str
    surface: str
    topic: str
    called_at: datetime
    state: str
    is_answered: bool


@http.route(
    bp,
    "POST",
    "/api/v1/help",
    who=http.SCREEN,
    reads=HelpBody,
    answers=CallShown,
    status=201,
    summary="Call staff to this screen",
)
def call_staff(*, body: HelpBody, caller: Caller) -> CallShown:
    """Puts a card on the board; asking again while waiting is the same call."""
    return http.edge().write(
        lambda unit: show(
            actions.call_staff(unit, body.surface, body.topic, device_id=caller.device_id)
        ),
        key=caller.key,
    )


@http.route(
    bp,
    "POST",
    "/p/<token>/help",
    who=http.PASS,
    reads=TopicBody,
    answers=CallShown,
    status=201,
    summary="Call staff from the pickup pass",
)
def call_from_pass(token: str, *, body: TopicBody, caller: Caller) -> CallShown:
    """The card names the order; the customer need not explain themselves."""
    return http.edge().write(
        lambda unit: show(
            actions.call_staff(unit, Surface.PASS, body.topic, order_id=caller.order_id)
        ),
        key=caller.key,
    )


@http.route(
    bp,
    "GET",
    "/api/v1/help/<call_id>",
    who=http.SCREEN,
    answers=CallShown,
    summary="Whether somebody comes",
)
def shown(call_id: str, *, caller: Caller) -> CallShown:
    """For the screen that asked."""
    with http.edge().read() as reader:
        return show(store.load(reader, call_id))


@http.route(
    bp,
    "POST",
    "/api/v1/help/<call_id>/answer",
    who=http.STAFF,
    answers=CallShown,
    summary="Say that you come",
)
def answer(call_id: str, *, caller: Caller) -> CallShown:
    """One person comes; the card leaves the board."""
    return http.edge().write(
        lambda unit: show(actions.answer(unit, call_id, by=caller.id)), key=caller.key
    )


def show(call: Call) -> CallShown:
    """A call without names: a kiosk is read by everybody."""
    return CallShown(
        call_id=call.call_id,
        surface=call.surface.value,
        topic=call.topic.value,
        called_at=call.called_at,
        state=call.state.value,
        is_answered=bool(call.answered_by),
    )

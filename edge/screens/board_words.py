"""The fixed words of the board: what its script says by itself. {holes} are filled there."""

from __future__ import annotations

from typing import Any

from edge.locale import Words


def board_words(_: Words) -> dict[str, Any]:
    """Every text that the board's script may need, in one language."""
    return {**_lanes(_), **_times(_), **_health(_), **_detail(_), **_questions(_)}


def _lanes(_: Words) -> dict[str, Any]:
    return {
        "more": _("{n} more"),
        "fewer": _("Show fewer"),
        "next_for_you": _("Next for you"),
        "nothing": {
            "out": _("Nobody is waiting."),
            "coming": _("Nobody is on the way."),
            "pick": _("Nothing has to start yet."),
            "later": _("Nothing later today."),
            "ready": _("No order is ready."),
        },
    }


def _times(_: Words) -> dict[str, Any]:
    return {
        "any_moment": _("any moment"),
        "in_minutes": _("in {n} min"),
        "in_between": _("in {a}–{b} min"),
        "seconds_ago": _("{n} s ago"),
        "minutes_ago": _("{n} min ago"),
        "waits_half": _("Usual wait"),
        "waits_nine": _("9 in 10 within"),
        "waits_under": _("Under 2 min"),
        "no_waits_yet": _("No handover yet today"),
    }


def _health(_: Words) -> dict[str, Any]:
    return {
        "live": _("Live"),
        "online": _("Online"),
        "offline": _("Offline"),
        "no_news": _("No news"),
        "news_from": _("From {age}"),
        "synced": _("Synced {age}"),
        "cut_strong": _("No internet since {t}."),
        "cut": _(
            "Picking, bins, check-in and handover all work. Phones on the road cannot send distances:"
            " go by the promise."
        ),
        "kept": _("{n} changes kept here"),
        "lost_strong": _("This screen has lost the store's computer."),
        "lost": _(
            "What you see is from {age}. Go on with what is here; new arrivals will not show."
        ),
        "full_strong": _("Too many screens are connected to the store's computer."),
        "full": _("This one asks every few seconds instead. Close a screen that nobody looks at."),
        "on_shift": _("On shift"),
        "sign_in": _("Sign in"),
        "you_are": _("You are {name}"),
        "undo": _("Undo"),
        "undo_seconds": _("{n} s"),
        "sound_on": _("Sound is on"),
        "sound_off": _("Sound is off: tap to turn it on"),
        "called": _("A colleague is called"),
        "unreachable": _("The store's computer did not answer. Nothing is lost: try again."),
    }


def _detail(_: Words) -> dict[str, Any]:
    return {
        "board": _("Board"),
        "pick_list": _("Pick list, in walking order"),
        "you_are_here": _("You are here"),
        "scan_or_tap": _("Scan or tap"),
        "scan_here": _("Scan the item, a bin or a pass"),
        "scan_anywhere": _("Scan anything: item, bag, bin or pass"),
        "bags": _("Bags"),
        "what_next": _("What can happen next"),
        "why_here": _("Why it stands here"),
        "plan_now": _("now"),
        "plan_done": _("ready"),
        "plan_arrives": _("arrives"),
    }


def _questions(_: Words) -> dict[str, Any]:
    return {
        "which_bin": _("Which bin?"),
        "scan_a_bin": _("Scan the bin, or tap a free one."),
        "or_type_bin": _("Or type its name"),
        "how_many_bags": _("Bags"),
        "fewer_bags": _("One bag fewer"),
        "more_bags": _("One bag more"),
        "cold_bin": _("And where is what must stay cold?"),
        "one_bin": _("Leave it empty when all is in one place."),
        "scan_other": _("Scan what goes in instead, or look for it."),
        "or_search": _("Name, number or bar code"),
        "take_this": _("Use this"),
        "nothing_like_it": _("Nothing like this here."),
        "put_here": _("Put here"),
        "scan_the_pass": _("Scan the customer's pass"),
        "pass_hint": _("The code on the phone, or the 8 characters under it."),
        "or_type_code": _("Or type the 8 characters"),
        "no_code": _("No code?"),
        "why_without_code": _("Why do you hand over without it?"),
        "without_code": _("Hand over without code"),
        "or_say_why": _("Or say why"),
        "how_many": _("How many did you find?"),
        "not_now": _("Not now"),
        "wrong": _("Stop!"),
        "reasons": [_("The customer asked"), _("Not in the store"), _("Entered twice")],
    }

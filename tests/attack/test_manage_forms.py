"""The manager's forms, sent for things that are not there."""

from __future__ import annotations

from tests.attack.edge_world import EdgeWorld

FORMS = (
    "/manage/offers/nowhere",
    "/manage/offers/nowhere/end",
    "/manage/people/nowhere/pin",
    "/manage/people/nowhere/end",
    "/manage/people/nowhere/unlock",
    "/manage/devices/nowhere/name",
    "/manage/devices/nowhere/revoke",
    "/manage/devices/nowhere/unlock",
)


def test_a_form_for_what_is_not_there_is_refused_and_never_a_fault(
    shared_world: EdgeWorld,
) -> None:
    """Filled in or empty: a list may be older than what it shows."""
    for path in FORMS:
        for fields in ({"sure": "yes"}, {"sure": "yes", "name": "x", "title_en": "x"}):
            answer = shared_world.ask("manager", "POST", path, data=fields)
            assert answer.status_code == 404, (path, fields, answer.status_code)

"""Signing in by PIN: right at once, wrong ever slower, and over when it is over."""

from concurrent.futures import ThreadPoolExecutor

from edge.staff import actions, rules, store

from .conftest import KENS_PIN, MIAS_PIN, refusal


def fail(desk, browser, times, person=None) -> None:
    """Wrong PINs, each after its delay."""
    for n in range(times):
        desk.clock.advance(seconds=rules.delay_seconds(n) + 1)
        assert refusal(desk.sign_in(browser, person, "000001")) == "pin_wrong"


def test_a_right_pin_signs_in_with_a_name(desk, tablet) -> None:
    """The answer says who; the cookie is for this site's own pages only."""
    answer = desk.sign_in(tablet)
    assert answer.status_code == 200
    assert (answer.json["name"], answer.json["role"]) == ("Ken", "picker")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert desk.is_in(tablet)
    assert "staff_signed_in" in desk.kinds()


def test_tokens_and_pins_are_kept_as_hashes_only(desk, tablet) -> None:
    """Neither stands in the file in a form that opens anything."""
    token = desk.sign_in(tablet).json["session_token"]
    with desk.edge.read() as reader:
        kept = repr(
            [
                tuple(row)
                for table in ("staff", "devices", "sessions", "device_codes", "answers", "events")
                for row in reader.rows(f"SELECT * FROM {table}")
            ]
        )
    for secret in (token, KENS_PIN, tablet.get_cookie("store_edge_device").value):
        assert secret not in kept
    assert "argon2id$v=19$m=19456,t=2,p=1" in kept


def test_a_client_without_cookies_shows_its_tokens_in_headers(desk) -> None:
    """For handheld scanners and the rehearsal."""
    browser = desk.app.test_client(use_cookies=False)
    paired = browser.post("/api/v1/devices", json={"code": desk.code(), "name": "Scanner"}).json
    headers = {"Authorization": f"Bearer {paired['device_token']}"}
    signed = browser.post(
        "/api/v1/sessions",
        json={"staff_id": desk.ken.staff_id, "pin": KENS_PIN},
        headers=headers,
    ).json
    headers["X-Staff-Session"] = signed["session_token"]
    assert browser.delete("/api/v1/sessions/current", headers=headers).status_code == 200
    assert browser.delete("/api/v1/sessions/current", headers=headers).status_code == 401


def test_names_are_shown_on_paired_devices_only(desk, tablet) -> None:
    """A stranger on the network learns nobody's name."""
    stranger = desk.app.test_client()
    assert refusal(stranger.get("/api/v1/staff")) == "sign_in_needed"
    desk.sign_in(tablet)
    shown = tablet.get("/api/v1/staff").json["staff"]
    assert [(each["name"], each["is_signed_in"]) for each in shown] == [
        ("Ken", True),
        ("Mia", False),
    ]


def test_without_a_paired_device_a_right_pin_is_worth_nothing(desk) -> None:
    """PINs are short: they only count where a device was trusted before."""
    answer = desk.sign_in(desk.app.test_client())
    assert refusal(answer) == "sign_in_needed"


def test_nobody_and_a_wrong_pin_are_answered_alike(desk, tablet) -> None:
    """The same code, the same words, and both are noted."""
    wrong = desk.sign_in(tablet, pin="000001")
    nobody = tablet.post("/api/v1/sessions", json={"staff_id": "nobody", "pin": KENS_PIN})
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json == nobody.json
    assert desk.kinds().count("sign_in_failed") == 2


def test_each_wrong_pin_makes_the_next_try_wait_longer(desk, tablet) -> None:
    """Also the right one has to wait, and then works."""
    fail(desk, tablet, 3)
    early = desk.sign_in(tablet)
    assert refusal(early) == "too_soon"
    assert early.json["error"]["details"]["seconds"] == "4"
    desk.clock.advance(seconds=4)
    assert desk.sign_in(tablet).status_code == 200


def test_a_restart_gains_no_tries(desk, tablet) -> None:
    """The count is kept, and the delay begins anew."""
    fail(desk, tablet, 4)
    kept = tablet.get_cookie("store_edge_device").value
    desk.restart()
    after = desk.app.test_client()
    after.set_cookie("store_edge_device", kept)
    assert refusal(desk.sign_in(after)) == "too_soon"
    desk.clock.advance(seconds=8)
    assert desk.sign_in(after).status_code == 200


def test_ten_wrong_pins_rest_the_device_and_then_the_right_one_works(desk, tablet) -> None:
    """Whoever's PINs they were; never locked for good."""
    fail(desk, tablet, 5)
    fail(desk, tablet, 5, desk.mia)
    desk.clock.advance(seconds=299)
    other = desk.add("Aki", rules.Role.PICKER, "905271")
    assert refusal(desk.sign_in(tablet, other, "905271")) == "device_locked"
    desk.clock.advance(seconds=1)
    assert desk.sign_in(tablet, other, "905271").status_code == 200
    assert desk.sign_in(desk.device("Tablet 2"), desk.mia, MIAS_PIN).status_code == 200


def test_guesses_at_the_same_moment_count_one_by_one(desk, tablet) -> None:
    """Eight at once are at most one try: the others are told to wait."""
    kept = tablet.get_cookie("store_edge_device").value

    def guess(n: int) -> str:
        browser = desk.app.test_client()
        browser.set_cookie("store_edge_device", kept)
        return refusal(desk.sign_in(browser, pin=f"00000{n}"))

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(guess, range(8)))
    assert sorted(set(answers)) == ["pin_wrong", "too_soon"]
    assert answers.count("pin_wrong") == 1


def test_signing_out_ends_the_token_at_once(desk, tablet) -> None:
    """Also for somebody who copied it."""
    token = desk.sign_in(tablet).json["session_token"]
    assert tablet.delete("/api/v1/sessions/current").status_code == 200
    tablet.set_cookie("store_edge_session", token)
    assert not desk.is_in(tablet)
    assert "staff_signed_out" in desk.kinds()


def test_a_sign_in_ends_after_ten_idle_minutes(desk, tablet) -> None:
    """Each sign of life begins them anew."""
    desk.sign_in(tablet)
    for _ in range(3):
        desk.clock.advance(minutes=9)
        assert desk.is_in(tablet)
    desk.clock.advance(minutes=10)
    assert not desk.is_in(tablet)


def test_a_sign_in_ends_after_twelve_hours_however_busy(desk, tablet) -> None:
    """A shift is shorter."""
    desk.sign_in(tablet)
    for _ in range(79):
        desk.clock.advance(minutes=9)
        assert desk.is_in(tablet)
    desk.clock.advance(minutes=9)
    assert not desk.is_in(tablet)


def test_a_stepped_business_clock_signs_nobody_out(desk, tablet) -> None:
    """Sign-ins live by the real clock: a jump of the day's clock is not idleness."""
    desk.sign_in(tablet)
    assert desk.is_in(tablet)
    desk.clock.set(desk.clock.now().replace(hour=9))
    assert desk.is_in(tablet)


def test_a_restart_neither_ends_nor_prolongs_a_sign_in(desk, tablet) -> None:
    """A crash in the rush does not send everybody back to the PIN."""
    desk.sign_in(tablet)
    kept = {c: tablet.get_cookie(c).value for c in ("store_edge_device", "store_edge_session")}

    def after_restart():
        desk.restart()
        browser = desk.app.test_client()
        for name, value in kept.items():
            browser.set_cookie(name, value)
        return browser

    desk.clock.advance(minutes=5)
    assert desk.is_in(after_restart())
    desk.clock.advance(minutes=10)
    assert not desk.is_in(after_restart())


def test_who_is_disabled_is_out_with_the_commit(desk, tablet) -> None:
    """Not at the next sign-in: now."""
    desk.sign_in(tablet)
    desk.edge.write(lambda u: actions.disable(u, desk.ken.staff_id, by="cli"))
    assert not desk.is_in(tablet)
    desk.clock.advance(seconds=1)
    assert refusal(desk.sign_in(tablet)) == "pin_wrong"


def test_a_new_pin_ends_sign_ins_by_the_old_one(desk, tablet) -> None:
    """And only the new one works."""
    desk.sign_in(tablet)
    kept = actions.pin_hash("615283", desk.edge.pepper)
    desk.edge.write(lambda u: actions.change_pin(u, desk.ken.staff_id, pin_hash=kept, by="cli"))
    assert not desk.is_in(tablet)
    assert refusal(desk.sign_in(tablet)) == "pin_wrong"
    desk.clock.advance(seconds=1)
    assert desk.sign_in(tablet, pin="615283").status_code == 200


def test_a_sign_in_is_bound_to_its_device(desk, tablet) -> None:
    """A token carried to another device opens nothing there."""
    token = desk.sign_in(tablet).json["session_token"]
    other = desk.device("Tablet 2")
    other.set_cookie("store_edge_session", token)
    assert not desk.is_in(other)


def test_a_pin_hash_is_of_no_use_in_another_store(desk) -> None:
    """The pepper is a file of this store alone."""
    kept = actions.pin_hash(KENS_PIN, desk.edge.pepper)
    assert actions.pin_matches(kept, KENS_PIN, desk.edge.pepper)
    assert not actions.pin_matches(kept, KENS_PIN, b"q" * 32)
    assert not actions.pin_matches("rubbish", KENS_PIN, desk.edge.pepper)


def test_a_sign_in_of_long_ago_is_forgotten(desk, tablet) -> None:
    """Rows of the past do not pile up."""
    desk.sign_in(tablet)
    desk.clock.advance(minutes=13 * 60)
    desk.sign_in(tablet)
    with desk.edge.read() as reader:
        assert len(store.sessions(reader)) == 1

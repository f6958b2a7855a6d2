"""Which of our languages a caller wants."""

from sync.core.languages import choose


def test_the_first_wish_that_we_speak_is_granted():
    """A tag, a browser's list, or nothing; else English."""
    assert choose("ja-JP", "en") == "ja"
    assert choose(None, "fr, ja;q=0.8") == "ja"
    assert choose("fr", "") == "en"

"""The texts that are shown before somebody says yes: immutable, content-addressed, in each language.

A text is never edited: a change is a new version beside the old one, with its hash in `published.py`.
Its one hole is `{time}`, for how long a yes holds: the store's setting, sealed into the mark that was shown with it.
"""

from hashlib import sha256

import msgspec

from edge.consents.rules.published import PUBLISHED
from edge.consents.rules.purposes import Purpose
from edge.consents.rules.refusals import NoticeAltered
from sync.core.canonical import canonical


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One text in one language: what you get, what is sent, for how long, and the two answers."""

    purpose: Purpose
    version: int
    lang: str
    value_offer: str
    title: str
    you_get: str
    is_sent: str
    how_long: str
    yes: str
    no: str
    footnote: str

    @property
    def text_hash(self) -> str:
        """The SHA-256 of everything that is shown."""
        return sha256(canonical(self)).hexdigest()

    @property
    def name(self) -> str:
        """How grants refer to the text: purpose, version, language and the head of its hash."""
        return f"{self.purpose}/{self.version}/{self.lang}/{self.text_hash[:16]}"


NOTICES: tuple[Notice, ...] = (
    Notice(
        purpose=Purpose.ARRIVAL_TIMING,
        version=1,
        lang="en",
        value_offer="ready-on-arrival/1",
        title="Share your distance for this trip?",
        you_get="Your order is brought out as you arrive, without waiting.",
        is_sent="Only how far away you are, rounded. Never where you are.",
        how_long="For this pickup only. It ends at handover, when you tap Stop, or after 2 hours.",
        yes="Yes, share my distance",
        no="No, thanks",
        footnote="Your order and its price are the same either way.",
    ),
    Notice(
        purpose=Purpose.ARRIVAL_TIMING,
        version=1,
        lang="ja",
        value_offer="ready-on-arrival/1",
        title="今回だけ、お店までの距離を共有しますか?",
        you_get="到着に合わせて商品をお持ちします。お待たせしません。",
        is_sent="送るのは、お店までのおよその距離だけです。居場所は送りません。",
        how_long="今回の受け取りだけです。受け渡し、「停止」、または2時間で終わります。",
        yes="はい、距離を共有します",
        no="いいえ、共有しません",
        footnote="どちらを選んでも、商品と価格は変わりません。",
    ),
    Notice(
        purpose=Purpose.ARRIVAL_TIMING,
        version=2,
        lang="en",
        value_offer="ready-on-arrival/1",
        title="Share your distance for this trip?",
        you_get="Your order is brought out as you arrive, without waiting.",
        is_sent="Only how far away you are, rounded. Never where you are.",
        how_long="For this pickup only. It ends at handover, when you tap Stop, or after {time}.",
        yes="Yes, share my distance",
        no="No, thanks",
        footnote="Your order and its price are the same either way.",
    ),
    Notice(
        purpose=Purpose.ARRIVAL_TIMING,
        version=2,
        lang="ja",
        value_offer="ready-on-arrival/1",
        title="今回だけ、お店までの距離を共有しますか?",
        you_get="到着に合わせて商品をお持ちします。お待たせしません。",
        is_sent="送るのは、お店までのおよその距離だけです。居場所は送りません。",
        how_long="今回の受け取りだけです。受け渡し、「停止」、または{time}で終わります。",
        yes="はい、距離を共有します",
        no="いいえ、共有しません",
        footnote="どちらを選んでも、商品と価格は変わりません。",
    ),
    Notice(
        purpose=Purpose.PURCHASE_OFFERS,
        version=1,
        lang="en",
        value_offer="fitting-offers/1",
        title="Use your past orders for offers?",
        you_get="Offers that go with what you usually buy, and fewer that do not.",
        is_sent="Nothing new. The chain looks at what you bought here before.",
        how_long="Until you take it back, on this page or at the kiosk.",
        yes="Yes, use my past orders",
        no="No, thanks",
        footnote="Your order and its price are the same either way.",
    ),
    Notice(
        purpose=Purpose.PURCHASE_OFFERS,
        version=1,
        lang="ja",
        value_offer="fitting-offers/1",
        title="おすすめのために、これまでのご注文を使いますか?",
        you_get="いつものお買い物に合うご案内だけをお届けします。",
        is_sent="新しく送るものはありません。これまでのご購入内容を参照します。",
        how_long="このページまたはキオスクで取り消すまでです。",
        yes="はい、使ってください",
        no="いいえ、結構です",
        footnote="どちらを選んでも、商品と価格は変わりません。",
    ),
    Notice(
        purpose=Purpose.ADJACENT_OFFER,
        version=1,
        lang="en",
        value_offer="adjacent-offer/1",
        title="See one thing that can be ready with your order?",
        you_get="Something that goes with your order, ready when you arrive.",
        is_sent="Nothing new. We use when you are expected and what is in this order.",
        how_long="For this pickup only.",
        yes="Yes, show me",
        no="No, thanks",
        footnote="Your order and its price are the same either way.",
    ),
    Notice(
        purpose=Purpose.ADJACENT_OFFER,
        version=1,
        lang="ja",
        value_offer="adjacent-offer/1",
        title="ご注文と一緒にご用意できる一品をご案内しますか?",
        you_get="ご注文に合う一品を、到着に合わせてご用意します。",
        is_sent="新しく送るものはありません。到着予定と今回のご注文の内容を使います。",
        how_long="今回の受け取りだけです。",
        yes="はい、見せてください",
        no="いいえ、結構です",
        footnote="どちらを選んでも、商品と価格は変わりません。",
    ),
)


def newest(purpose: Purpose, lang: str) -> Notice | None:
    """The text in force for a purpose, in this language or in English; None if it is never asked."""
    found = [each for each in NOTICES if each.purpose is purpose and each.lang in (lang, "en")]
    return max(found, key=lambda each: (each.lang == lang, each.version), default=None)


def of_version(purpose: str, version: int, lang: str) -> Notice | None:
    """One text exactly as it was shown."""
    wanted = (purpose, version, lang)
    return next((n for n in NOTICES if (n.purpose, n.version, n.lang) == wanted), None)


def refuse_altered() -> None:
    """A store does not start with a text that is not what was published under its version."""
    if names := altered():
        raise NoticeAltered(names=", ".join(names))


def altered() -> list[str]:
    """Published texts that do not match their hash any more."""
    return [
        each.name
        for each in NOTICES
        if PUBLISHED.get((each.purpose, each.version, each.lang)) != each.text_hash
    ]

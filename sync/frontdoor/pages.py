"""What the front door says itself, for people and for machines, in the caller's language.

Another language is another entry in the two tables.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

import msgspec

from sync.core.errors import Refusal
from sync.frontdoor.refusals import NoAnswer, StoreBusy, StoreUnreachable, UnknownHost
from sync.protocol.relay import RETRY_AFTER_SECONDS, RelayResponse

_ENGLISH = {
    "title": "The store cannot be reached from here right now",
    "works": "What still works",
    "pass": "A pickup pass you have opened before still opens and shows its code.",
    "scanner": "At the store, hold your phone to the scanner at the door or the kiosk. It needs no connection.",
    "bay": "In a parking bay, call the number on the sign.",
    "again": "This page tries again by itself.",
}
_JAPANESE = {
    "title": "ただいま店舗に接続できません",
    "works": "次の方法はそのままご利用いただけます",
    "pass": "一度開いた受け取りパスは、そのまま開いてコードを表示できます。",
    "scanner": "店舗入口のスキャナーまたはキオスクにスマートフォンをかざしてください。通信は必要ありません。",
    "bay": "駐車スペースでは、看板の番号へお電話ください。",
    "again": "このページは自動で再接続します。",
}
_WORDS = {"en": _ENGLISH, "ja": _JAPANESE}
_SENTENCES_JA = {
    "unknown_host": "この名前で接続している店舗はありません。",
    "not_found": "ここには何もありません。",
    "method_not_allowed": "ここでは GET、HEAD、POST のみ使えます。",
    "too_large": "大きすぎます。{limit} バイトまでです。",
    "store_unreachable": "店舗のインターネット接続が切れています。店舗は通常どおり営業しています。",
    "store_busy": "アクセスが集中しています。数秒後にもう一度お試しください。",
    "no_answer": (
        "店舗から時間内に応答がありませんでした。ご依頼は実行された可能性があります。"
        "同じキーでもう一度送信しても安全です。"
    ),
    "bad_answer": "店舗からの応答を読み取れませんでした。",
}
_STYLE = (
    "body{font:18px/1.6 system-ui,'Hiragino Sans','Noto Sans JP',sans-serif;max-width:34rem;"
    "margin:0 auto;padding:2rem 1.25rem;color:#1c1c1e;background:#fff}"
    "h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.1rem;margin-top:2rem}li{margin:.75rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#f2f2f4;background:#121214}}"
)
# After these the customer wants to know what to do without the page.
_STORE_IS_AWAY = (StoreUnreachable, NoAnswer, StoreBusy, UnknownHost)


def refused(refusal: Refusal, *, method: str, accept: str, languages: str) -> RelayResponse:
    """The refusal as a page for browsers, else in the one error shape."""
    language = _language(languages)
    sentence = _SENTENCES_JA.get(refusal.code) if language == "ja" else None
    message = refusal.message(sentence)
    body, kind = (
        (_page(refusal, message, language, again=method == "GET"), "text/html; charset=utf-8")
        if "text/html" in accept
        else (_json(refusal, message), "application/json")
    )
    headers = [("content-type", kind), ("content-language", language), ("cache-control", "no-store"),
               ("vary", "accept, accept-language"), *_for_browsers()]  # fmt: skip
    if refusal.status == StoreUnreachable.status:
        headers.append(("retry-after", str(RETRY_AFTER_SECONDS)))
    return RelayResponse(status=refusal.status, headers=headers, body=body)


def plain(status: int, said: dict[str, object]) -> RelayResponse:
    """A small JSON answer of the front door itself."""
    headers = [("content-type", "application/json"), ("cache-control", "no-store")]
    return RelayResponse(status=status, headers=headers, body=msgspec.json.encode(said))


def _json(refusal: Refusal, message: str) -> bytes:
    details = (
        {**refusal.details, "may_have_been_done": True}
        if isinstance(refusal, NoAnswer)
        else refusal.details
    )
    return msgspec.json.encode(
        {"error": {"code": refusal.code, "message": message, "details": details}}
    )


def _page(refusal: Refusal, message: str, language: str, *, again: bool) -> bytes:
    words, away = _WORDS[language], isinstance(refusal, _STORE_IS_AWAY)
    head = f'<meta http-equiv="refresh" content="{RETRY_AFTER_SECONDS}">' if away and again else ""
    title = words["title"] if away else message
    ways = "".join(f"<li>{escape(words[way])}</li>" for way in ("pass", "scanner", "bay"))
    last = f"<p>{escape(words['again'])}</p>" if again else ""
    rest = f"<p>{escape(message)}</p><h2>{escape(words['works'])}</h2><ul>{ways}</ul>{last}"
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">{head}'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{rest if away else ''}</main></body></html>"
    )
    return page.encode()


def _for_browsers() -> list[tuple[str, str]]:
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return [
        (
            "content-security-policy",
            f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'",
        ),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ]


def _language(accepted: str) -> str:
    wishes = [_wish(part) for part in accepted.split(",")[:20]]
    known = [
        (weight, -place, tag)
        for place, (weight, tag) in enumerate(wishes)
        if tag in _WORDS and weight
    ]
    return max(known)[2] if known else "en"


def _wish(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";q=")
    number = weight.strip()
    return (
        float(number) if number.isascii() and number.replace(".", "", 1).isdigit() else 1.0
    ), tag.strip().lower().partition("-")[0]

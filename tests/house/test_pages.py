"""What reaches a browser: vendored files as they came, nothing from another host, nothing that writes raw HTML."""

import hashlib
import json
import re

import pytest

from tests.house.small_house import ROOT

PAGES = ROOT / "kiosk_ui"
VENDOR = PAGES / "vendor"
OURS = [
    path
    for path in sorted(PAGES.rglob("*"))
    if path.suffix in {".js", ".html", ".css", ".svg", ".json"} and VENDOR not in path.parents
]
NAMESPACES = {
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",
}

RAW_HTML = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|eval\s*\(|new Function"
    r"|set(?:Timeout|Interval)\s*\(\s*['\"`]|setHTMLUnsafe)"
)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\son[a-z]+=[\"']|\sstyle=[\"']|javascript:"
)
ADDRESS = re.compile(r"(?:https?:|wss?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[\w/.-]*", re.IGNORECASE)


def manifest() -> list[dict]:
    """What we took from others."""
    entries: list[dict] = json.loads((VENDOR / "manifest.json").read_text())
    return entries


def raw_html(script: str) -> list[str]:
    """The ways in which a script turns text into markup or code."""
    return RAW_HTML.findall(script)


def foreign(text: str) -> set[str]:
    """Addresses of other hosts in a file."""
    return {address for address in ADDRESS.findall(text) if address not in NAMESPACES}


def where_found(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    """Our own files in which the pattern occurs."""
    return [
        str(path.relative_to(ROOT))
        for path in OURS
        if path.suffix in suffixes and pattern.search(path.read_text())
    ]


def test_vendored_files_are_what_the_manifest_says():
    """Each file is listed with its SHA-256, and nothing else lies there."""
    listed = {name: digest for entry in manifest() for name, digest in entry["files"].items()}
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == listed


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["name"])
def test_a_vendored_package_says_what_it_is(entry):
    """Name, version, licence, reason, and its licence text beside it."""
    assert all(entry[key] for key in ("name", "version", "licence", "source", "why"))
    assert any(name.endswith("LICENSE") for name in entry["files"])


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["name"])
def test_a_vendored_script_names_no_host_that_we_did_not_read(entry):
    """Only the addresses the manifest lists, which are texts of error messages and not loaded."""
    found = set()
    for name in entry["files"]:
        if name.endswith((".js", ".css")):
            found |= foreign((VENDOR / name).read_text())
    assert {
        address for address in found if not address.startswith(tuple(entry["mentions"]))
    } == set()


def test_no_page_refers_to_another_host():
    """Everything a screen needs comes from the store."""
    assert {str(path): found for path in OURS if (found := foreign(path.read_text()))} == {}


def test_no_script_writes_raw_html_or_runs_text():
    """Text content and elements only: a customer's name can never become markup."""
    assert where_found(RAW_HTML, ".js", ".html") == []


def test_no_template_switches_escaping_off():
    """Autoescape everywhere, without exceptions."""
    assert where_found(UNESCAPED, ".html") == []


def test_no_page_needs_inline_code_or_style():
    """The content security policy forbids both, so they would silently not work."""
    assert where_found(INLINE, ".html") == []


def test_kiosk_ui_holds_no_python():
    """Screens show what view models say; a rule in here would be a second copy."""
    assert list(PAGES.rglob("*.py")) == []


@pytest.mark.parametrize(
    "script",
    [
        "card.innerHTML = name",
        "x.insertAdjacentHTML('beforeend', name)",
        "eval (name)",
        "new Function(name)",
        "setTimeout('go()', 1)",
        "document.write(name)",
    ],
)
def test_the_search_for_raw_html_finds_it(script):
    """A check that cannot fail proves nothing."""
    assert raw_html(script)


@pytest.mark.parametrize(
    "text",
    [
        '<script src="//cdn.example.com/x.js">',
        "@import url(https://fonts.example.com/a.css)",
        "fetch('wss://a.example.org')",
    ],
)
def test_the_search_for_foreign_hosts_finds_them(text):
    """With a scheme or without one."""
    assert foreign(text)


@pytest.mark.parametrize(
    "text", ["<p>{{ name | safe }}", "{% autoescape false %}", "<p>{{ name|safe }}"]
)
def test_the_search_for_unescaped_text_finds_it(text):
    """With spaces or without."""
    assert UNESCAPED.search(text)


@pytest.mark.parametrize(
    "text",
    ["<script>go()</script>", '<a onclick="go()">', '<p style="x">', '<a href="javascript:go()">'],
)
def test_the_search_for_inline_code_finds_it(text):
    """Scripts, handlers, styles and addresses that are code."""
    assert INLINE.search(text)

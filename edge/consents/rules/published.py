"""Hashes of the notices as they were published. A line is added with a new version; none is ever changed."""

PUBLISHED: dict[tuple[str, int, str], str] = {
    (
        "arrival_timing",
        1,
        "en",
    ): "5bb23b731c9f05db066a55b5f28d225023058a185fd027a75a580ee2e34eb1bd",
    (
        "arrival_timing",
        1,
        "ja",
    ): "0c5163754ca61546714a8bed82f47a379375ae955577f864711a1bbe4655412a",
    (
        "purchase_offers",
        1,
        "en",
    ): "b91992aef0546731b51a0bfd4cc91b77a1e4f0aecc7acf40e8ab03010ab61ccd",
    (
        "purchase_offers",
        1,
        "ja",
    ): "5ebd127e7655d6c2553f87311b6fd7bb02f3161565decc2460f5627c3abf3673",
    (
        "adjacent_offer",
        1,
        "en",
    ): "9d7cf235991dc826f1a0df9af69ce7e3e39cb58b8520e679421d921ce28af146",
    (
        "adjacent_offer",
        1,
        "ja",
    ): "84b8fe6cdbd1b29f228f594d7aa8338d9dbc1b5d7b1deef6370a89baf66d853d",
    (
        "arrival_timing",
        2,
        "en",
    ): "c696638eef6450c73378bf5967c9990c2a9f38baceaaccaf0efa749f8324a4dd",
    (
        "arrival_timing",
        2,
        "ja",
    ): "396eb32ac880c2fbfceea5eb9e2c77b957602417d3c78506ddebd55603fcbf81",
}

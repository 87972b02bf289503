"""Numbers and addresses of people in texts: what is hidden however it is written, and what stays of dates, times, amounts and ids."""

import duckdb
import pytest

from pipeline.loading import letters, privacy
from pipeline.settings import Privacy

HIDDEN = [
    "+41 44 668 18 11", "+41\u00a044\u00a0668\u00a018\u00a012", "+41\u202f44\u202f668\u202f18\u202f13", "044\u2212668\u221218\u221217",
    "044\t668\t18\t18", "044\u200b668\u200b18\u200b23", "044_668_18_20", "044:668:18:26", "030/12 34 15", "044/668 18 14", "۰۴۴۶۶۸۱۸۲۱",
    "+41 44 668\n18 77", "044 668\n18 77", "8\u00a0(495)\u00a0123-45-67", "612\u00a0345\u00a0678", "(212)\u00a0555-0123",
    "4111 1111 1111 1111", "4111\u00a01111\u00a01111\u00a01111", "4111/1111/1111/1111", "4111 1111\n1111 1111", "4111 1111 1111 1111 123",
    "3782\u00a0822463\u00a010005", "CH93 0076 2011 6238 5295 7", "CH93\u00a00076\u00a02011\u00a06238\u00a05295\u00a07", "DE89370400440532013000",
    "GB29NWBK60161331926819", "8.912.345.67.89", "495.123.45.67", "12.34.56.78", "GB29 NWBK 6016 1331 9268 19", "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
]  # fmt: skip
ADDRESSES = [
    "anna.k@kunde.ch", "anna.k @ kunde.ch", "anna.k%40kunde.ch", "anna.k (at) kunde.ch", "anna.k[at]kunde[dot]ch", "anna.k\ufe6bkunde.ch",
]  # fmt: skip
KEPT = [
    "08:00-12:00", "12/11/2026 14:30", "2026/11/16 08:00", "10:15:22:334", "14:30:15 +02:00 14:30:15", "17:00 18:00 19:00",
    "1\u00a0500\u00a0000,00", "1\u00a0500\u00a0000 ₽", "5\u00a0000\u00a0– 10\u00a0000 ₽", "1'500'000.00", "012/2026", "034/2026-11", "0800/1200",
    "10:00\n11:00\n12:30", "00123\n00124\n00125", "2024\n2025\n2026\n2027", "IMG_2026_11_16_0930.jpg", "AB12 CODE 2026 text 12",
    "4 @ 4.50", "9:30 (at) home", "16.11.2026", "до 1.2.2027.", "16.11.2026, 14:30", "16.11.26 14:30", "16.11.2026–18.11.2026 (срок)",
    "2026-11-16 08:00:00", "2026-11-16T08:00:00+01:00", "27.11.2026, 5 pieces", "27.11.2026 20 EUR", "27.11.2026. 5 ₽", "2026-11-16 - 2026-11-18",
    "27.11.2026 14:30-15:30", "27.11.2026\n2. Next", "27.11.2026: 3 items", "2026-11-16 (срок)",
]  # fmt: skip
AS_EVER = {
    "16-11-2026": "[phone]",
    "16.11.1976": "[phone]",
    "8 912 16.11.2026": "[phone]",
    "16.11.2026 8 912 345 67 89": "16.11.2026 [phone]",
    "2012-10-15-33": "[phone]",
    "2012-10-15 22 33": "[phone]",
    "01.10.2012.34": "[phone]",
    "27.11.2026 14-16": "[phone]",
    "+41 44 668 18 77\n8001 Zürich": "[phone]\n8001 Zürich",
    "CH93 0076 2011 6238 5295 7\n8001 Zürich": "[phone]\n8001 Zürich",
}
"""Digits by the eight are hidden: a day that may be a number, or a birthday, is rather lost than kept."""
TEXTS = (
    dict.fromkeys(HIDDEN, "[phone]") | dict.fromkeys(ADDRESSES, "[e-mail]") | {text: text for text in KEPT} | AS_EVER
)


@pytest.mark.parametrize("mask", [privacy.masked("t", "text"), letters.masked("t", Privacy())], ids=["label", "letter"])
def test_numbers_and_addresses_of_people_go_and_others_stay(mask: str) -> None:
    around = "Write: {}, please"
    rows = duckdb.execute(
        f"select t, {mask} from (select unnest(?) as t)", [[around.format(text) for text in TEXTS]]
    ).fetchall()
    assert dict(rows) == {around.format(text): around.format(kept) for text, kept in TEXTS.items()}

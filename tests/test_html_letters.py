"""Letters that a mapped file holds as HTML: their text is read, and what they quote is nobody's own words."""

import pytest

from pipeline.own_words import FILLER, own_words
from pipeline.sources.letter_text import text_of_html
from tests.mapped import each

MESSAGES = """
table = "messages"
timezone = "UTC"
[columns]
message_id = "id"
sent_at = "at"
body = "body"
"""
HEAD = "<div>On 3 Nov 2026 at 10:00 Emma Meier &lt;e@home.example&gt; wrote:<br></div>"
BODIES = {
    "<p>Hello Emma,</p><p>I&#39;ve mended it.</p>": "Hello Emma,\nI've mended it.",
    f"<p>It is mended.</p>{HEAD}<blockquote><p>You idiots!</p></blockquote>": "It is mended.",
    "<blockquote>Is it A?</blockquote>Yes.<blockquote>Is it B?</blockquote>No.": "Yes.\nNo.",
    "Thanks<br>Emma<hr><div><b>From:</b> Bank<br><b>Sent:</b> Monday<br></div><p>You idiots!</p>": "Thanks\nEmma",
    "<title>Re: card</title><h3>Login</h3>It works.": "Login\nIt works.",
    "<table><tr><td>Passwort</td><td>tulpe123</td></tr></table>": "Passwort [password]",
    "<dl><dt>Passwort</dt><dd>tulpe123</dd></dl>": "Passwort [password]",
    "<p> </p>": None,
    "3 < 5 and 6 > 5, R&D too": "3 < 5 and 6 > 5, R&D too",
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_html_is_read_as_the_text_that_people_see(body: str) -> None:
    rows = {text: f'2026-11-03 10:00,"{text}"' for text in BODIES}
    found = each(MESSAGES, "at,body", tuple(rows.values()), "body")[rows[body]]
    assert (found and found.strip()) == BODIES[body]


def test_the_head_above_a_quoted_block_goes_with_it() -> None:
    text = text_of_html(
        f"<p>It is mended.</p>{HEAD}<blockquote>Old<blockquote>Older</blockquote></blockquote><p>Emma</p>"
    )
    assert own_words([text])[0].replace(FILLER, "").split() == ["It", "is", "mended.", "Emma"]

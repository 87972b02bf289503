"""Each phrase of letters finds the examples that say it, and none of those that do not."""

import pytest

from pipeline.models import read_phrases


@pytest.mark.parametrize("sign", sorted(read_phrases()))
def test_phrases_say_what_they_are_for(sign: str) -> None:
    import duckdb

    entry = read_phrases()[sign]
    for text in entry["says"] + entry["not"]:
        found = duckdb.execute("select regexp_matches(?, ?)", [text.lower(), entry["pattern"]]).fetchall()[0][0]
        assert found == (text in entry["says"]), text

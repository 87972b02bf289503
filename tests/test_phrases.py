"""Each phrase of letters finds the examples that say it, and none of those that do not."""

import duckdb
import pytest

from pipeline.models import read_phrases


@pytest.mark.parametrize("sign", sorted(read_phrases()))
def test_phrases_say_what_they_are_for(sign: str) -> None:
    phrase = read_phrases()[sign]
    for text in phrase.says + phrase.leaves:
        found = duckdb.execute(f"select {phrase.said} from (select lower(?) as body)", [text]).fetchall()[0][0]
        assert found == (text in phrase.says), text

"""Frames that SQL may name for a while."""

import duckdb
import pandas as pd
import pytest

from pipeline.engines.named import named


def test_names_are_given_back_also_where_the_sql_fails() -> None:
    sql = duckdb.connect()
    with pytest.raises(duckdb.BinderException), named(sql, {"agents": pd.DataFrame({"agent": ["kim"]})}):
        assert sql.execute("select agent from agents").fetchall() == [("kim",)]
        sql.execute("select no_such_column from agents")
    with pytest.raises(duckdb.CatalogException):
        sql.execute("select agent from agents")

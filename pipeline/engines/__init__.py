"""What SQL runs on: the DuckDB file, Spark, what they hand each other, and the functions that mean the same on both."""

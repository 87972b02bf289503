"""SQL: core_* (clean, joined) and fact_* (one row per counted thing), portable between engines."""

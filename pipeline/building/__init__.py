"""How results come about: what is stale is planned, models run, figures are measured, files of weeks published."""

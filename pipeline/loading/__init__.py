"""Log files -> canonical rows of the warehouse: each record admitted, quarantined or a duplicate, and accounted for."""

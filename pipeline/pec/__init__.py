"""Personal emotional contact in text: lexicons as data, a fast literal scan, an interpretable score with its evidence."""

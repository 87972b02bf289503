"""Pure functions on numbers: no SQL, no files, no clock. Arrays in, arrays out; NaN says "cannot be told"."""

"""Pure functions on numbers: no SQL, no files, no clock. Arrays in, arrays out; NaN means "unknown, or too little
data"."""

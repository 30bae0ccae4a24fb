"""Pure decisions: values in, values out; no framework, database, clock, randomness or I/O."""

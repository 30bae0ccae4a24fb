"""People as a file: read whatever spreadsheets write, plan what it would change, and write our own list."""

"""Pure engines, table-driven."""

"""Is this site well? Checks of everything that the product rests on, each with what to do."""

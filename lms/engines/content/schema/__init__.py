"""The shapes of authored files. Every field has a default, so that checks go on after a mistake in one of them."""

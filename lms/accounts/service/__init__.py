"""The writes of accounts: people and their roles, signing in, one-time links, profile, privacy notice."""

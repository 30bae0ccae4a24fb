"""Authored text with positions: problems, YAML, Markdown, mathematics, drawings, sanitising."""

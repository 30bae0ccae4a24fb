"""Authored questions: what is wrong with them, what their key is, and what a person reads of them."""

"""Registrations, the state and history of their activities, and completion."""

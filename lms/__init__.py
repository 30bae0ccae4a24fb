"""Cleanroom: a course delivery engine for people who make vaccines and medicines."""

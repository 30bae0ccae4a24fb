"""Backup and restore: one file that holds the database and the files, and a folder that follows a database."""

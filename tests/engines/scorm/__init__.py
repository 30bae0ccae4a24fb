"""engines/scorm."""

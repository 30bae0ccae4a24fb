"""SCORM, pure: manifests, data models, and sequencing to the letter of the standard."""

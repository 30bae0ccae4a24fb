"""Pages composed of several features, or of those too low to have pages: people, enrolments, audit log, jobs."""

"""Infrastructure without Flask: settings, database, clock, storage, mail and jobs."""

"""The audit log: who did what to what, when and why; append-only from the first day."""

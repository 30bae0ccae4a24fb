"""Content packages: a listing of names and a manifest become a Package, or a list of what keeps it from being one."""

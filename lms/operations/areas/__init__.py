"""One module an area; each check is a generator of findings, and nothing found means that it is well."""

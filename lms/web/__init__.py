"""The Flask side that features share: identity, one transaction a request, errors, headers, forms, languages."""

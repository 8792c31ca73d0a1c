"""Does it stand? No database, no private key, no issuer."""

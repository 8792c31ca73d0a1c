"""Open Badges 2.0, hosted and signed, with rules of their own for origin and revocation."""

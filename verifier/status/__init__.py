"""Has it been revoked or suspended? What the issuer's own lists say, and only if they can be trusted."""

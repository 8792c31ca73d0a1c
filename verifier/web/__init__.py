"""The verifier's pages, and what every page of the house is made with; it knows no issuer and no database."""

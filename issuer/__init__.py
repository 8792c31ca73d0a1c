"""From a list of people to signed badges."""

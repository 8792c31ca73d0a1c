"""Name badges for people's chests, and the poster at the door: printed from the list of an evening."""

"""The organizer's room: pages behind a door, from the list of an evening to a certificate for everyone."""

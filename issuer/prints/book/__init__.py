"""One PDF of many prints, written page by page: what the prints share is in it once."""

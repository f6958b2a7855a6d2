"""A call for a person, from the kiosk or a phone."""

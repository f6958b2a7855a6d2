"""What is true of reports: nights, waits, offers, and where their dots stand in a picture."""

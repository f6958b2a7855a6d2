"""What customers allowed, until when, and what they took back."""

"""Orders taken in from shop systems, and where they were sent."""

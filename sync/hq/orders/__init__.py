"""Orders as they come in from shop systems, and on their way to the right store."""

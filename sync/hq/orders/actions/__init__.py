"""What is done with orders: `intake` (messages), `calls` and `fetched` (asking shops), `deciding`, `privacy`."""

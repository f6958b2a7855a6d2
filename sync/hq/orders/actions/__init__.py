"""What is done with orders: `intake` (messages become orders), `deciding` (a person chooses a store)."""

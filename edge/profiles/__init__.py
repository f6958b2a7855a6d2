"""The store's small copy of what HQ knows of a customer by consent."""

"""What customers allowed, merged from all stores."""

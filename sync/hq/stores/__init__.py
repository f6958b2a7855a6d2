"""The stores that HQ knows: their records, keys, logs, and what is told to them."""

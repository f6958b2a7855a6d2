"""Where phones on the road knock: hands requests down the store's own line, keeps nothing."""

"""What is true of orders at HQ: drafts, routing, versions, the words of doubt."""

"""What is asked about stores: `sync` (the boxes themselves), `pages` (people)."""

"""What is asked about orders: `hooks` (shop systems), `api` (neutral orders), `pages` (people)."""

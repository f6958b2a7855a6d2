"""What the store proposes, to whom, how often, and what was redeemed."""

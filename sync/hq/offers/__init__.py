"""Offers of the chain and of its stores, and what came of them."""

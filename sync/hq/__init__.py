"""The chain's centre: takes orders in, feeds the stores, keeps what they report."""

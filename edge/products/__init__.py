"""The catalogue: what the store sells, where it stands and how long it takes to prepare."""

"""The store service: what runs on the computer behind the counter."""

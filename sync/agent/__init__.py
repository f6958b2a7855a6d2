"""The store's side of sync: hello, push, pull, the nightly and the store's own line."""

"""`python -m edge` is the same as `store-edge`."""

from edge.cli import main

main()

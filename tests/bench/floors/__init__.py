"""What the machine can do at all: separate scripts, run in the same minute as the product."""

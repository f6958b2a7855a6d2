"""Routes that cross features, a file for each subject; each file has its own `bp`."""

"""HQ: takes orders in, tells the stores, folds their logs, and shows people what is going on."""

"""How two truths for one record are settled: pure, commutative, associative, idempotent."""

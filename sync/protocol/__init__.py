"""What travels between store, HQ and front door: shapes, limits, signatures. No decisions."""

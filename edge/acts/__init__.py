"""What must hold in one instant across features: one file each, one unit each."""

"""People with PINs, paired devices, and who is signed in where."""

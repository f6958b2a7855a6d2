"""Pure truth shared by store and HQ: no clock, no chance, no SQL, no web in here."""

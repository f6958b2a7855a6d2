"""The ground a store stands on: one database, one writer, one event log, timers that survive a power cut."""

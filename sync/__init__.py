"""What a store and HQ share, and how they talk: doors, core, protocol, records, agent, front door, HQ."""

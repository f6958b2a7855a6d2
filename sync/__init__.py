"""Sync: what edge and HQ share, the protocol, the agent, the front door and HQ."""

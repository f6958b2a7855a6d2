"""HQ's own people: who they are, what they may do, how they sign in."""

"""What is shown together: one file per screen, gathered from several features."""

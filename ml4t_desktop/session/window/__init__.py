"""What the window offers, without the window: commands, guide, palette, tour and updates."""

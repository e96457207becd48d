"""What is looked at in the run on screen, each part computed in the background when somebody looks."""

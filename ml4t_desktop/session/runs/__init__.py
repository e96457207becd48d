"""Running the request, and the run on screen."""

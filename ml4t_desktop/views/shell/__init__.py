"""What frames the steps: the welcome, the strip of messages, the progress of a run."""

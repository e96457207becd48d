"""Files of Python strategies, looked into without running them."""

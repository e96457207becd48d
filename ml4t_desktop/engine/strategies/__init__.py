"""The front door of Python strategies: what they are told, the broker they meet, and the walk over a market."""

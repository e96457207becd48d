"""Runs from request to result, and the document on disk that keeps them."""

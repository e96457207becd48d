"""Reviewing a run: overview, trades and price chart."""

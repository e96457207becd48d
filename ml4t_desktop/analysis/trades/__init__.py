"""Trades: their statistics, their groups, and what became of them."""

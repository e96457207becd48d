"""The account over time: its returns, drawdowns, exposure and rolling statistics."""

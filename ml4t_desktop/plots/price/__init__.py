"""The price chart: bars, trades, and the panes below them."""

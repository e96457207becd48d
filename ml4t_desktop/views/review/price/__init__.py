"""The price chart of an asset, with what stands around it."""

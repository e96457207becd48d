"""What the rules and the sizing of a request make of a market, before a run."""

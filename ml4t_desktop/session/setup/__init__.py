"""What helps to set a request up: counts of rules, examples of sizes, presets, Python strategies."""

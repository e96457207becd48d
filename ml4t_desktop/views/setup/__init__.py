"""The steps of the set-up: data, context, strategy, execution and costs, capital."""

"""The overview of a run: tiles, the equity chart and every statistic."""

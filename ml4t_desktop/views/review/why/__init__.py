"""Why a trade was made, and why a bar had none."""

"""Files larger than the memory: read, checked and handed out piece by piece."""

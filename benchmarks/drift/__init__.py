"""How often ordinary windows raise an alarm, how small a shift is found, what it costs."""

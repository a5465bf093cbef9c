"""A generated project's server beside other servers of the same model."""

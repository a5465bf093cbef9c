"""One module per verb of the command line; each holds one `command`, found by its file name."""

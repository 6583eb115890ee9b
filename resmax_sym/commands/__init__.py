"""A module for each command: `add_arguments(parser)` says what it takes, `run(arguments)` gives the exit code."""

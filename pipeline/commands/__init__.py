"""The command line, command by command: arguments in, stages called, outcome printed."""

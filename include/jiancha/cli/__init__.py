"""The command line: ``jiancha COMMAND --help`` tells the options of each command."""

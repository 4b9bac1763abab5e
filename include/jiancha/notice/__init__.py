"""The notice (通报): one frozen model of figures and rows, and its renderings."""

"""Evidence of every request and answer: written, found again, and read again without the network."""

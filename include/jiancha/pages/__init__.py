"""Pure readers: bytes in, facts out. They know neither the network nor the lake."""

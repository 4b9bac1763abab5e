"""What sources answer when asked for an account's posts: bytes in, a Listing out."""

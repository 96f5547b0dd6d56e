"""Generators and discriminators ready for use; each is also an example of how to write one's own."""

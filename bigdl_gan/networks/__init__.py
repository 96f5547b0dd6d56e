"""Ready-made generators and discriminators; each is also an example of how to write your own."""

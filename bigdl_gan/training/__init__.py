"""One `fit`, from its checks to its last update; nothing here is for users."""

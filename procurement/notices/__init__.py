"""What has to be made public of dynamic markets: notices generated from what happened."""

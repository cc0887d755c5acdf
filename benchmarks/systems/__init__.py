"""What is measured: Pincite, each of its halves alone, and its peers."""

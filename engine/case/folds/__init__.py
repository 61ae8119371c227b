"""What the events of each phase make of the case; folding never refuses."""

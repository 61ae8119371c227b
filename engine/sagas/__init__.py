"""What the engine owes the world of itself: pure folds, and pure functions from them."""

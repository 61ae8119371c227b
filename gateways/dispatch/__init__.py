"""What leaves the house: ordered acts are released in the log, done, and reported."""

"""What every estimate is made of: ranges, Monte Carlo errors, argument checks."""

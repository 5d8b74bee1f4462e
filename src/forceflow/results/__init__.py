"""What every estimate is made of: ranges, Monte Carlo errors, argument checks.

It lies between `evidence` and the wings that estimate, and knows none of them.
"""

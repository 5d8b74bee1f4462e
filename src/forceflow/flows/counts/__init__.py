"""Statistics of counts: Poisson, censored, clumped, two lists."""

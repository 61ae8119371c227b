"""The demonstration: a portfolio, the world around it, and a hundred and twenty days."""

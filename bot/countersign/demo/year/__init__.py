"""A year of a company, simulated from a seed, through the services of Countersign."""

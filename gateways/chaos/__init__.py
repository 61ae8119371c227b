"""Deterministic simulation: seeded misfortunes, broken rules, and a checker that catches them."""

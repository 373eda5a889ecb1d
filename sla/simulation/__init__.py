"""The simulator: past records walked again under other terms. The engine is pure; reading and keeping stand beside it."""

"""Proves that an assignment is sound: what its checks ask, and what they make of right and wrong solutions."""

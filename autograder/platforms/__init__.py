"""Packages: what students get, and what graders other than this machine get."""

"""What an assignment's folder holds: manifest, stubs, notebooks, bank, sample class, seeds."""

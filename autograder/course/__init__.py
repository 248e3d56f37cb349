"""The contents of an assignment's folder: manifest, stubs, notebooks, bank, sample class, seeds."""

"""The handwritten digits that assignments train on."""

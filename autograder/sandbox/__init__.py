"""The sandbox of a student process: each layer one module, `enter` puts them together."""

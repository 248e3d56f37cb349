"""What the tests of Otter and nbgrader call in their kernel: the engine, in a process that no kernel has touched."""

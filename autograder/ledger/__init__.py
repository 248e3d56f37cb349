"""What was graded before: kept, and used again where nothing has changed."""

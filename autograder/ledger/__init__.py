"""The ledger of earlier grades: results that still hold are used again."""

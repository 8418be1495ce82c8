"""Language processing that every stage may use."""

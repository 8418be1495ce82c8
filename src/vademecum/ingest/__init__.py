"""From sources to an index. Every parser process imports this room: it stays empty."""

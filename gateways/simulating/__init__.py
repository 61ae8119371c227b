"""A case told in a file, played through the real engine on a clock that jumps."""

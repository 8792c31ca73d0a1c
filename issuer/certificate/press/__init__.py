"""The press: one design is compiled once, and per certificate only what varies is laid out and written."""

"""How reference data is read, checked and reasoned about: plain values in, plain values out."""

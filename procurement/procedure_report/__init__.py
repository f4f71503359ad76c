"""The report on a procedure: who did what, when and why, from the record (PCR 2015 reg 84; PA 2023 s.98)."""

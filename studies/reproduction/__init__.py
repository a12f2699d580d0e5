"""The published results of the shampoo series beside what is measured here."""

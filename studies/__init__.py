"""Study files, published figures, and what writes the documents about them."""

"""Files to and from the bank: OCR giro in, pain.001 out, pain.002 back."""

"""What people hand in: invoices, payments, objections, words from the bank and from creditors."""

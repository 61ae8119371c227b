"""Letters to debtors and creditors: what they say, whether they may be sent, and their PDF."""

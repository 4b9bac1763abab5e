"""What outside text is: charset, dates, addresses."""

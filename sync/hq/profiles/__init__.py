"""Customers as the chain knows them, by consent."""

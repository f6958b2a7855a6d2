"""Sheets of codes and signs: where each mark stands on the paper (layout), and the paper as PDF (pdf, fonts)."""

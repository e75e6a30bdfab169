"""Strings to values, or a typed refusal: dates, money, text, places and CPV codes."""

"""Invented people, hands that write their papers, machines that scan them; never shipped."""

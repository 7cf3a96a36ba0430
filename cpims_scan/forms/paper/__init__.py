"""Forms on paper: drawing, printing, PDF/A, covers."""

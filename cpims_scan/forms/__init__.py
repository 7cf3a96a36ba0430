"""What a form is: its questions, its places on paper, its rules. Knows no pixels, no database."""

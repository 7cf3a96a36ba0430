"""Print-outs of workbooks: pages known by their ruled grid and printed labels."""

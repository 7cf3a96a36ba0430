"""The CPIMS tables: what goes into them, and what is reported from them."""

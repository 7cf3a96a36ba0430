"""What flows through the house: plain frozen data, no input or output."""

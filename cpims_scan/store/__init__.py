"""All that is remembered: pages, queue, review, audit."""

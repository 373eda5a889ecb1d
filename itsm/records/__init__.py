"""Records: everything that has a state, a number, a journal and links; and perform(), which alone moves them."""

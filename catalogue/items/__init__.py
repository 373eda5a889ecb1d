"""What may be ordered: its form, who must approve it, the plan of its tasks, and who is entitled to it."""

"""The portal: where people report, ask, follow and confirm, in plain words."""

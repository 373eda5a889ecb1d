"""What administrators of the settings keep of changes."""

from changes.board_admin import BoardAdmin as BoardAdmin

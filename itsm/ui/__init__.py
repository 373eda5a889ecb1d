"""The look of every page: shell, navigation, tags, formats. Knows no app above it."""

"""The queues: lists of cases with their filters, previews and quick actions."""

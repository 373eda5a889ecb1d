"""Problems: for now registered and listed; the process comes later."""

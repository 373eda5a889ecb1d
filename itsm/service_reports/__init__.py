"""Service level reports: per customer and period, frozen when issued, acknowledged by the customer."""

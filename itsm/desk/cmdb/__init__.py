"""The configuration data as the layers above see it: the services that stand on items, cases about them, REST."""

"""Problems and known errors: the cause behind incidents, from registration to closure."""

"""How money and facts are counted. Each rule cites its number; divisions live here alone."""

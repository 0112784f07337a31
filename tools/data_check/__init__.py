"""``bot data check``: whether the training data and the held-out sets can be trusted, before anybody trains on them."""

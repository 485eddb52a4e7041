"""Durable work: what a job is, its life, the store that keeps it and the engine that moves it.

The package knows neither Discord nor HTTP: it declares the small protocols in `ports` that the outside
must satisfy. Cogs talk to `orders.service`, queries and `models`; only start-up touches `store` and `engine`.
"""

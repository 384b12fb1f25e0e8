"""Schedulers: how well a card is known after an answer, after how many days it is asked again, and which day
that is."""

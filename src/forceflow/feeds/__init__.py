"""Feeds: messages of ships and aircraft as receivers' networks and authorities publish them, tables and logs.

It makes rows of one form of them, with special values as nulls and times in UTC, and knows nothing of ports and
flights; the doors to it are `tracks.read_ais` and `tracks.read_adsb`.
"""

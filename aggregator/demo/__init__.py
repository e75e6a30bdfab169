"""The whole way from sample portals to an inbox, on one machine, with made-up notices.

The portals answer over real HTTP on loopback in exactly the shapes of the real ones, so that what
runs here is the product and nothing else. All bodies and people in it are invented.
"""

"""The pages: sign up, confirm, change, stop; open opportunities, their stories, source health.

Thin: a route reads the request, calls a use case, shows the result. GET never changes anything,
because scanners open every link; all that changes is a POST. Nothing needs JavaScript or a cookie.
"""

from aggregator.web.application import application

__all__ = ["application"]

"""The command: print a JSON line with the figures, exit 1 where too much went unnoticed."""

import argparse
import json
import sys

from tests.mutations.harness import trial

ENOUGH = 0.99


def main() -> int:
    parser = argparse.ArgumentParser(description="Change saved pages and see what is noticed.")
    parser.add_argument("--count", type=int, help="so many of all changes, chosen by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="name what went unnoticed")
    options = parser.parse_args()
    figures = trial(options.count, options.seed)
    for line in figures.unnoticed if options.show else ():
        print(line, file=sys.stderr)
    print(
        json.dumps(
            {
                "mutations": figures.total,
                "errors": figures.errors,
                "rejections": figures.rejections,
                "read_as_before": figures.identical,
                "unnoticed": len(figures.unnoticed),
                "noticed_share": round(figures.share, 4),
                "noticed_share_of_harmful": round(figures.harmful_share, 4),
                "aim": ENOUGH,
                "met": figures.share >= ENOUGH and figures.harmful_share >= ENOUGH,
            }
        )
    )
    return 0 if figures.share >= ENOUGH and figures.harmful_share >= ENOUGH else 1


sys.exit(main())

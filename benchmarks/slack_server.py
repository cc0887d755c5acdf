"""`pincite serve`, with Slack's methods elsewhere: at the address in BENCH_SLACK_API.

Run as `python -m benchmarks.slack_server serve …`. The address is no setting of Pincite's:
a server that could be told to post elsewhere could be made to give away its token.
"""

import os
from functools import partial
from unittest.mock import patch

from web import server
from web.app import create_app
from web.cli import main

if __name__ == "__main__":
    elsewhere = partial(create_app, slack_api=os.environ["BENCH_SLACK_API"])
    with patch.object(server, "create_app", elsewhere):
        main()

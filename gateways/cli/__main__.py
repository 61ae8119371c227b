"""`python -m gateways.cli`, which is what the launcher runs."""

import sys

from gateways.cli.app import main

sys.exit(main())

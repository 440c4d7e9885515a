"""The frozen panhuo command."""

import sys

from core.cli.main import main

sys.exit(main())

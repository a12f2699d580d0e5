"""Call a verb: ``python -m statecast VERB``."""

from statecast.commands import main

if __name__ == "__main__":
    main()

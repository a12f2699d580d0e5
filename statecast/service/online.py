"""The forecaster of a model folder, as the service opens it."""

from statecast.online.online import open_online
from statecast.online.state import read_state
from statecast.service.forecaster import Opener

OPENER = Opener(open_online, read_state)

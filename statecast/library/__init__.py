"""The pipeline on a frame in memory: ``from statecast import Statecast, load``."""

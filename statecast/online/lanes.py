"""Which lane a row after the training takes, by arithmetic: no walk is as long as a live series."""

from typing import NamedTuple

from statecast.forecasting.rebatched import Rebatched


class LaneOfRow(NamedTuple):
    """The lane of each later row of a series, and whether its state is zeroed before it.

    It says of single rows what ``Rebatched.walk`` says of all.
    """

    lanes: int  # of a network
    first: int  # the row from which on steps are counted
    is_dealt: bool  # row i is in lane i mod lanes; else all are in the last lane
    every: int  # steps from one zeroed state to the next; 0: none is zeroed

    def __call__(self, row: int) -> tuple[int, bool]:
        """Return lane and reset of a row, ``first`` or later."""
        step = row - self.first
        lane = self.lanes - 1
        if self.is_dealt:
            step, lane = divmod(step, self.lanes)
        return lane, self.every > 0 and step % self.every == 0


def lane_of_row(networks: Rebatched, train: int) -> LaneOfRow:
    """Return the lanes of the later rows of a series.

    Args:
        networks: as they forecast.
        train: how many training rows the series has.

    """
    batching = networks.batching
    if networks.policy != "lanes":
        return LaneOfRow(1, 0, is_dealt=False, every=int(networks.policy == "reset"))
    every = 0 if batching.stateful else batching.rows_per_update
    if batching.layout == "sequences":
        return LaneOfRow(1, 0, is_dealt=False, every=every)
    first = 0 if batching.is_shared else train
    is_dealt = batching.layout == "interleaved"
    return LaneOfRow(batching.batch_size, first, is_dealt, every)

"""The section ``train`` of params.yaml."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from statecast.base.errors import require
from statecast.base.section import Count, CountOrZero, NotNegative, Positive, Section, Seed, Share
from statecast.network.lanes import Layout, Remainder, Sharing, require_layout_for
from statecast.network.network import Activation, Cell, Gate, Head

Loss = Literal[
    "mse",
    "mae",
    "huber",
    "log_cosh",
    "binary_crossentropy",
    "categorical_crossentropy",
    "direction",
    "direction_by_size",
]
MOST_LAYERS = 32
HEAD_OF_LOSS = {
    "binary_crossentropy": "sigmoid",
    "categorical_crossentropy": "softmax",
    "direction": "linear",
    "direction_by_size": "linear",
}
CELLS_OF_INITIALISATION: dict[str, tuple[Cell, ...]] = {
    "chrono": ("lstm",),  # spreads forget gates
    "by_gate": ("lstm", "gru"),  # draws gates one by one
}


class TrainParams(Section):
    """Which networks are trained, and how."""

    section: ClassVar[str] = "train"

    repeats: Count
    seed: Seed
    epochs: Count
    batch_size: Count
    units: Annotated[list[Count], Field(min_length=1, max_length=MOST_LAYERS)]
    learning_rate: Positive
    optimizer: str | dict[str, Any]
    loss: Loss
    network: Sharing = "each"
    layout: Layout
    remainder: Remainder = "drop"
    stateful: bool = True
    rows_per_update: Count = 1
    cell: Cell = "lstm"
    recurrent_activation: Gate = "sigmoid"
    activation: Activation = "tanh"
    head: Head = "linear"
    highway: bool = False
    initialisation: Literal["default", "chrono", "by_gate"] = "default"
    dropout: Share = 0
    recurrent_dropout: Share = 0
    kernel_l1: NotNegative = 0
    kernel_l2: NotNegative = 0
    recurrent_l1: NotNegative = 0
    recurrent_l2: NotNegative = 0
    bias_l1: NotNegative = 0
    bias_l2: NotNegative = 0
    schedule: str | dict[str, Any] | None = None
    patience: Count | None = None
    last_weight: Positive = 1
    shuffle: bool = False
    history_every: Count = 1
    interval_folds: CountOrZero = 3

    @property
    def seeds(self) -> list[int]:
        """Return the seed of each repeat."""
        return [self.seed + repeat for repeat in range(self.repeats)]

    def rows_of_update(self) -> int:
        """Return how many training rows each series must have: 1 where lanes may rest."""
        if self.network == "all" or self.remainder == "pad":
            return 1
        return self.batch_size * self.rows_per_update

    @property
    def penalties(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return L1 and L2, each of kernels, recurrent kernels and biases."""
        l1 = (self.kernel_l1, self.recurrent_l1, self.bias_l1)
        l2 = (self.kernel_l2, self.recurrent_l2, self.bias_l2)
        return l1, l2

    def check(self) -> None:
        """Check keys against each other.

        Raises:
            StatecastError: two do not agree.

        """
        head = HEAD_OF_LOSS.get(self.loss, self.head)
        require(self.head == head, "`head`", f"be {head} for {self.loss}", self.head)
        require_layout_for(self.network, self.layout)
        whole = not self.shuffle or self.network == "all"
        require(whole, "`shuffle`", "be false unless train.network is all", "true")
        drops = max(self.dropout, self.recurrent_dropout)
        recurrent = self.cell != "dense"
        require(recurrent or drops == 0, "`dropout`", "be 0 for the cell dense", drops)
        self._check_initialisation()
        every = self.patience is None or self.history_every == 1
        require(every, "`patience`", "go with train.history_every 1", self.history_every)

    def _check_initialisation(self) -> None:
        """Check that the initialisation changes the cell, and leaves its gates open."""
        cells = CELLS_OF_INITIALISATION.get(self.initialisation, (self.cell,))
        must = f"be {' or '.join(cells)} for train.initialisation {self.initialisation}"
        require(self.cell in cells, "`cell`", must, self.cell)
        closes = self.initialisation == "chrono" and self.recurrent_activation == "hard_sigmoid"
        must = "be another for train.recurrent_activation hard_sigmoid, which is 0 at its biases"
        require(not closes, "`initialisation`", must, "chrono")

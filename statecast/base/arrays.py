"""Names for arrays of one precision each."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]  # data, errors and everything on the original scale
Singles = npt.NDArray[np.float32]  # what a network computes with
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

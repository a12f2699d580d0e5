"""Devices for programs that train at the same time. Oracles: worked by hand, and one device."""

import numpy as np
import pytest

from statecast.network.network import Network
from statecast.training import devices as devices_module
from statecast.training.devices import Device, Devices, devices_of_cores
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Batches
from statecast.training.optimizers import check_optimizer
from statecast.training.trainer import Trainer


@pytest.fixture
def of_two_cores(monkeypatch: pytest.MonkeyPatch) -> Devices:
    monkeypatch.setattr(devices_module, "devices_of_cores", lambda: ["CPU:0", "CPU:1"])
    return Devices()


def test_programs_that_train_at_once_have_a_device_each(of_two_cores: Devices) -> None:
    with of_two_cores.one(None) as first, of_two_cores.one(None) as second:
        assert [first, second] == ["CPU:0", "CPU:1"]


def test_a_device_is_free_when_its_program_has_ended(of_two_cores: Devices) -> None:
    with of_two_cores.one(None):
        pass
    with of_two_cores.one(None) as device:
        assert device == "CPU:0"


def test_a_compiled_program_stays_on_its_device(of_two_cores: Devices) -> None:
    with of_two_cores.one("CPU:1") as known, of_two_cores.one(None) as other:
        assert [known, other] == ["CPU:1", "CPU:0"]


def test_more_programs_than_devices_share_them(of_two_cores: Devices) -> None:
    with of_two_cores.one(None), of_two_cores.one(None), of_two_cores.one(None) as third:
        assert third == "CPU:0"


def test_every_device_gives_the_same_weights_to_the_last_bit() -> None:
    first, *_, last = [None, *devices_of_cores()]
    assert weights_on(first) == weights_on(last)


def weights_on(device: Device) -> list[bytes]:
    network = Network(1, (2,))
    rows = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 1, 1, 4, 1)
    ones = np.ones((3, 1, 1, 4), np.float32)
    batches = Batches(rows, rows[:, ..., :1] * 2, ones, ones * 0, np.ones((3, 1), np.float32))
    trainer = Trainer(network, Learning(check_optimizer("adam"), 0.01), device=device)
    trained = trainer.train(batches, initial_weights(network, [1, 2]), 5)
    return [weight.tobytes() for weight in trained.weights]

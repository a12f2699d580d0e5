"""What TensorFlow, Keras and XLA read of the environment when they are loaded. No TensorFlow here.

With the byte threshold XLA:CPU compiles the loop over the steps to one native function, which
halves the time of an epoch and of compilation. LLVM unrolls a short loop over 32 repeats before it
looks for vectors, and then finds none. Told not to, it takes a fifth off an epoch of 30 repeats of
10 units, and a quarter at 1 unit. Loops over fewer, as over lanes and units, are faster unrolled.
With vectors of 512 bits, where the processor has them, an epoch takes a tenth less;
XLA:CPU takes 256 by itself. Measured on 2 cores.
"""

import os

BACKEND_OPTIONS = [
    "xla_cpu_small_while_loop_byte_threshold=1000000",
    "-unroll-full-max-count=31",  # steps of a loop; of LLVM, which takes them with the dash
]
XLA_FLAGS = [
    f"--xla_backend_extra_options={','.join(BACKEND_OPTIONS)}",
    "--xla_cpu_prefer_vector_width=512",
]
SETTINGS = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # its kernels round by the number of threads
    "TF_OVERRIDE_GLOBAL_THREADPOOL": "1",  # each device has threads of its own
    "ENABLE_RUNTIME_UPTIME_TELEMETRY": "0",
}


def set_environment() -> None:
    """Set what nobody has set before, and the one backend of Keras that can train here."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    flags = os.environ.get("XLA_FLAGS", "").strip()
    if flags and not flags.startswith("-"):  # XLA takes it for the name of a file that has flags
        return
    for flag in XLA_FLAGS:
        name, *_ = flag.split("=")
        if name not in flags:
            flags = f"{flags} {flag}".strip()
    os.environ["XLA_FLAGS"] = flags

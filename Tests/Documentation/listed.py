"""What is not run as it stands, or does not end with status 0, and why. An entry that no page has any more fails the test."""

from dataclasses import dataclass


@dataclass
class Elsewhere:
    """A command that is not run here; where another test runs it, the text by which that file shows it."""

    reason: str
    file: str | None = None
    text: str | None = None


PACKAGE = Elsewhere("builds for minutes; its package is a stand-in here", "Tests/ManyHosts/package.py", "cluster/package.sh && python3")
SWIFT_TEST = Elsewhere("is what runs this test", ".ci/run", "cluster/setup.sh && swift test")
LONG_TEST = "takes minutes, or root and a network; its short form is in every `swift test`"
SERVICES = Elsewhere("needs systemd", "Tests/ManyHosts/services.py", "posweep-coordinator")
USER_SERVICE = Elsewhere("needs systemd", "Tests/ManyHosts/services.py", "user/posweep-worker.service")
CONTAINER = Elsewhere("needs a builder of containers", "Tests/ManyHosts/containerfile.py", "Containerfile")
KUBERNETES = Elsewhere("needs a cluster", "Tests/ManyHosts/manifests.py", "secrets.sh")
SLURM = Elsewhere("needs a Slurm", "Tests/ManyHosts/slurm.py", "cluster/slurm/workers.sbatch")

# Commands by page, as they stand there without their comments.
NOT_RUN = {
    "README.md": {
        "cluster/package.sh": PACKAGE,
        "COORDINATOR=tcp://HOST:5555 sbatch --array=1-64%16 cluster/slurm/workers.sbatch": SLURM,
        "cluster/setup.sh && swift test": SWIFT_TEST,
    },
    "CONTRIBUTING.md": {
        "cluster/setup.sh && swift test": SWIFT_TEST,
        "cluster/setup.sh --tests": Elsewhere("installs packages", ".ci/run", "cluster/setup.sh --tests"),
        "swift build && python3 docs/commands.py .build/debug/posweep > docs/commands.md": Elsewhere(
            "builds", "Tests/EndToEndTests/HelpTests.swift", "python3 docs/commands.py .build/debug/posweep > docs/commands.md"),
        ".build/debug/posweep plan --reference > docs/sweep-reference.md": Elsewhere(
            "is of the build before it", "Tests/SweepTests/SweepReferenceTests.swift", "plan --reference > docs/sweep-reference.md"),
        "swift format -i -r Sources Tests": Elsewhere("writes what CI checks", ".ci/run", "swift format lint --strict"),
    },
    "docs/reliability.md": {
        "POSWEEP_KILLS=200 swift test --filter 'Kills'": Elsewhere(LONG_TEST, "Tests/EndToEndTests/Faults/KillTests.swift", "POSWEEP_KILLS"),
        "POSWEEP_PARTITION=30 swift test --filter 'Partitions'": Elsewhere(
            LONG_TEST, "Tests/EndToEndTests/Faults/PartitionTests.swift", "POSWEEP_PARTITION"),
        "POSWEEP_OUTAGE=600 swift test --filter 'Outages'": Elsewhere(
            LONG_TEST, "Tests/EndToEndTests/Faults/OutageTests.swift", "POSWEEP_OUTAGE"),
    },
    "docs/simulation.md": {
        "posweep simulate --seeds 100000": Elsewhere("takes an hour in a debug build"),
        "posweep simulate --planted all": Elsewhere("takes half a minute", "Tests/SimulationTests/PlantedBugTests.swift", "PlantedBug.allCases"),
    },
    "docs/spare-machines.md": {
        "Benchmarks/yielding.py --posweep .build/debug/posweep": Elsewhere("measures times, which say nothing on a host that is busy testing"),
    },
    "docs/training.md": {
        "posweep train sweeps/trained.yaml --output trained": Elsewhere(
            "trains for minutes", "Tests/EndToEndTests/TrainingTests.swift", '"train"'),
        "posweep run sweeps/probe.yaml": Elsewhere(
            "reads what the command before it trains", "Tests/EndToEndTests/TrainingTests.swift", "probe.run"),
    },
    "cluster/README.md": {"cluster/package.sh": PACKAGE},
    "cluster/ssh/README.md": {"cluster/package.sh": PACKAGE},
    "cluster/slurm/README.md": {
        "COORDINATOR=tcp://login1:5555 sbatch --array=1-64%16 --partition=short cluster/slurm/workers.sbatch": SLURM,
    },
}

# Programs of other people that a host may do without. The commands that need one are then left out, and named.
TOOLS = ["jq", "openssl"]

# Pages of which no command is run here.
PAGES_NOT_RUN = {
    "docs/commands.md": Elsewhere("is written from each command's help, whose examples are alternatives and no session"),
    "cluster/container/README.md": CONTAINER, "cluster/kubernetes/README.md": KUBERNETES, "cluster/systemd/README.md": SERVICES,
}

STAND_INS_DIFFER = "a few noisy images in the place of the paper's are outside the tolerance"
# Statuses that are no failures.
STATUSES = {
    "README.md": {"posweep check table4-stages": (1, STAND_INS_DIFFER)},
    "docs/tutorial.md": {"posweep check table1": (1, STAND_INS_DIFFER)},
}

# What a page takes for granted, from another one.
KEYS = ["posweep keys new --state state", "posweep keys new lab2-07 --state state"]
COORDINATOR = "posweep coordinator --bind tcp://0.0.0.0:5555 --state state"
QUICKSTART = "posweep run sweeps/quickstart.yaml --set data.limit=8 --set fit.epochs=2"
BEFORE = {
    "docs/notebooks.md": ["posweep run sweeps/quickstart.yaml"],
    "docs/contents.md": KEYS,
    "docs/spare-machines.md": KEYS + [COORDINATOR],
    "docs/notebooks.md": [QUICKSTART],
    "docs/scripts.md": [QUICKSTART, "posweep run sweeps/table1.yaml --set data=synthetic --set data.limit=8 --set fit.batch=4"],
    "cluster/ssh/README.md": ["posweep keys new --state state", COORDINATOR],
}

"""Empty tasks a second: posweep, every result durable, beside Ray, Dask, HyperQueue and ipyparallel, with two local workers each.

    pip install ray "dask[distributed]" hyperqueue ipyparallel
    swift build -c release --package-path Benchmarks --product task-benchmark
    python3 Benchmarks/tasks.py [--repetitions 3] [--only posweep ray] [--tasks 20000]

Each peer is asked in its usual idiom and, where it has one, in one that batches; two workers, or two cores, and tasks that do nothing.
What starts a cluster is not counted; repetitions are interleaved and medians shown. Peers keep their results in memory; posweep's are on the
disk (SQLite, WAL, synchronous=FULL) before they count, and so is the submission, which stands in a column of its own.

    python3 Benchmarks/tasks.py --connections 1000

holds so many encrypted connections to one coordinator, each with its heartbeats, and shows what share of a core they take.
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / ".build/release/task-benchmark"


def posweep(tasks):
    folder = tempfile.mkdtemp(prefix="posweep-tasks-", dir=HERE)
    try:
        run = subprocess.run([PROGRAM, "run", str(tasks), "2", f"{folder}/state"], check=True, capture_output=True, text=True)
        return json.loads(run.stdout)
    finally:
        shutil.rmtree(folder)


def empty():
    return None


def ray_peer():
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    task = ray.remote(empty)
    ray.get([task.remote() for _ in range(100)])
    return lambda count: ray.get([task.remote() for _ in range(count)]), ray.shutdown


def dask_peer(batch=None):
    from dask.distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50)
    client = Client(cluster)

    def run(count):
        client.gather(client.map(lambda _: None, range(count), pure=False, **({"batch_size": batch} if batch else {})))

    run(100)

    def end():
        client.close()
        cluster.close()

    return run, end


def ipyparallel_peer(chunk=1):
    import ipyparallel

    cluster = ipyparallel.Cluster(n=2, log_level=50)
    client = cluster.start_and_connect_sync()
    view = client.load_balanced_view()

    def run(count):
        view.map_sync(lambda _: None, range(count), chunksize=chunk)

    run(100)
    return run, lambda: cluster.stop_cluster_sync()


def hyperqueue_peer():
    """`true` as a process for each task, since that is what a task of HyperQueue is; one job of many tasks."""
    from hyperqueue import Job, LocalCluster
    from hyperqueue.cluster import WorkerConfig

    folder = tempfile.mkdtemp(prefix="hq-")
    cluster = LocalCluster(folder)
    for _ in range(2):
        cluster.start_worker(WorkerConfig(cores=1))
    client = cluster.client()

    def run(count):
        job = Job(default_workdir=folder)
        for _ in range(count):
            job.program(["true"], stdout=None, stderr=None)
        client.wait_for_jobs([client.submit(job)])

    run(20)

    def end():
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)

    return run, end


# Each with as many tasks as take some seconds.
PEERS = {
    "ray": (ray_peer, 5_000),
    "dask": (dask_peer, 2_000),
    "dask, batch_size=500": (lambda: dask_peer(500), 2_000),
    "ipyparallel": (ipyparallel_peer, 1_000),
    "ipyparallel, chunksize=100": (lambda: ipyparallel_peer(100), 20_000),
    "hyperqueue": (hyperqueue_peer, 2_000),
}


def measured(make, count):
    run, end = make()
    try:
        start = time.perf_counter()
        run(count)
        return count / (time.perf_counter() - start)
    finally:
        end()


def crowd(connections, seconds):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [PROGRAM, "crowd", str(connections), str(seconds), f"{folder}/state"], check=True, capture_output=True, text=True)
    figures = json.loads(run.stdout)
    print(
        f"{figures['connected']:.0f} connections, CURVE, a heartbeat each every 5 s, {seconds} s: the coordinator takes"
        f" {100 * figures['share']:.1f} % of a core, {figures['megabytes']:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=100_000, help="of posweep")
    parser.add_argument("--only", nargs="+", help="names of peers, or posweep")
    parser.add_argument("--connections", type=int)
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown CPU")
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"{datetime.date.today()}, {model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; posweep {commit}")
    if options.connections:
        return crowd(options.connections, options.seconds)
    names = [name for name in ["posweep", *PEERS] if not options.only or name in options.only]
    rates, own = {name: [] for name in names}, []
    for _ in range(options.repetitions):
        for name in names:
            if name == "posweep":
                own.append(posweep(options.tasks))
                rates[name].append(own[-1]["rate"])
            else:
                rates[name].append(measured(*PEERS[name]))
            print(f"  {name}: {rates[name][-1]:,.0f}", flush=True)
    print("\n| | tasks a second |\n|---|--:|")
    for name in names:
        print(f"| {name} | {statistics.median(rates[name]):,.0f} |")
    if own:
        def middle(key):
            return statistics.median(figures[key] for figures in own)

        print(
            f"\nposweep, {options.tasks:,} tasks: submitted in {middle('submitSeconds'):.2f} s; from a result to its acknowledgement"
            f" {1_000 * middle('medianAcknowledged'):.0f} ms (median), {1_000 * middle('p99Acknowledged'):.0f} ms (p99); CPU a task:"
            f" coordinator {1e6 * middle('coordinatorCPU') / options.tasks:.0f} µs, workers"
            f" {1e6 * middle('workersCPU') / options.tasks:.0f} µs")


if __name__ == "__main__":
    main()

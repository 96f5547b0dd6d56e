"""Trainings beside other jobs of the same application, which hold an executor's cores at known updates."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import jobs
from faults import INTERVAL, UPDATES, At, kill_executor, parent, train

from bigdl_gan.jvm import bridge
from bigdl_gan.training import loop, replicas

MARKS = [""]  # the folder in which tasks show that they run


def jvm():
    """The process of the executor that runs this task."""
    return int(Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[1])


def hold(spark, pid=None, seconds=0, tasks=1):
    """Starts a job that holds cores, and returns when it has them.

    Args:
        pid: of the only executor to hold; None: of whichever one gets the task.
        seconds: 0: twice as long as Spark waits for a core before it puts a task elsewhere."""
    seconds = seconds or 2 * int(spark.conf.get("spark.locality.wait", "3s").rstrip("s"))
    marks = Path(MARKS[0])
    for mark in marks.glob("*"):
        mark.unlink()

    def sit(task):
        if pid in (None, jvm()):
            (marks / str(task)).touch()
            time.sleep(seconds)

    rdd = spark.sparkContext.parallelize(range(tasks), tasks)
    thread = threading.Thread(target=lambda: rdd.foreach(sit), daemon=True)
    thread.start()
    while not any(marks.glob("*")):
        time.sleep(0.1)
    return thread


def alone(spark, folder):
    return train(spark)


def at_the_end(spark, folder):
    """Holds a core after the last update, without checkpoints."""
    return train(spark, lambda: hold(spark), [UPDATES])


def at_checkpoints(spark, folder):
    """A callback's job holds a core before the first and the second checkpoint are gathered."""
    place = {"checkpointDir": f"{folder}/beside", "checkpointInterval": INTERVAL}
    return train(spark, lambda: hold(spark), [INTERVAL, 2 * INTERVAL], **place)


def beside_a_stream(spark, folder):
    """Each batch of a streaming query holds a core for longer than Spark waits."""
    source = spark.readStream.format("rate").option("numPartitions", 1).load()
    query = source.writeStream.foreachBatch(lambda df, number: hold(spark, seconds=4).join()).start()
    try:
        result = train(spark)
        assert query.exception() is None and query.lastProgress["batchId"] >= 1
        return result
    finally:
        query.stop()


def two_at_once(spark, folder):
    """Two trainings in separate pools, while a third job holds one executor: neither may keep the other's core."""
    meeting, results = threading.Barrier(2, lambda: hold(spark)), {}

    def fit(name):
        spark.sparkContext.setLocalProperty("spark.scheduler.pool", name)
        results[name] = jobs.train(
            spark, n_images=24, optimizer="adam", updates=UPDATES, callbacks=[At([INTERVAL], meeting.wait)]
        )  # fmt: skip

    threads = [threading.Thread(target=fit, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results["one"], results["other"]]


def cancelled(spark, folder):
    """By another thread, in the middle of a chunk that waits for a core."""
    def cancel():
        hold(spark, seconds=6)
        threading.Timer(1, spark.sparkContext.cancelAllJobs).start()

    return train(spark, cancel, [INTERVAL])


def in_the_middle(spark, folder):
    """Holds all cores of one of two executors, so that its part of a chunk has to wait."""
    pid = jobs.executors(spark)["pids"][0]
    return train(spark, lambda: hold(spark, pid, tasks=8), [INTERVAL])


def rolled_back(spark, folder):
    """Rolls back to the checkpoint after update 5, and counts the images that are read."""
    count, divergence = spark.sparkContext.accumulator(0), loop.divergence
    spoiled = []

    def spoil(rows, **about):
        if rows[-1]["iteration"] > INTERVAL and not spoiled:
            spoiled.append(True)
            return "a test says so"
        return divergence(rows, **about)

    loop.divergence = spoil
    place = {"checkpointDir": f"{folder}/back", "checkpointInterval": INTERVAL, "onDivergence": "rollback"}
    result = train(spark, reading=counted(count), **place)
    loop.divergence = divergence
    return {**result, "read": count.value}


def executor_killed(spark, folder):
    count = spark.sparkContext.accumulator(0)
    place = {"checkpointDir": f"{folder}/killed", "checkpointInterval": INTERVAL}
    result = train(spark, lambda: kill_executor(spark), [INTERVAL + 2], reading=counted(count), **place)
    return {**result, "read": count.value}


def counted(count):
    """Counts the rows of a DataFrame whenever they are computed."""
    def count_rows(batches):
        for batch in batches:
            count.add(len(batch))
            yield batch

    return lambda df: df.selectExpr("image.*").mapInPandas(count_rows, "origin string, height int, width int, "
        "nChannels int, mode int, data binary").selectExpr("struct(*) AS image")  # fmt: skip


def fail_on(spark, pid):
    """Makes tasks fail on one executor while the job succeeds on the other, so that Spark excludes the first."""
    def fail(task):
        time.sleep(0.3)
        if jvm() == pid:
            raise RuntimeError("not here")

    spark.sparkContext.parallelize(range(4), 4).foreach(fail)


def excluded(spark, folder):
    """Spark excludes one of two executors in the middle of a training; another training then starts without it."""
    replicas.EXECUTOR_WAIT_SECONDS = 3.0
    pid = jobs.executors(spark)["pids"][0]
    place = {"checkpointDir": f"{folder}/excluded", "checkpointInterval": INTERVAL}
    middle = train(spark, lambda: fail_on(spark, pid), [INTERVAL + 2], **place)
    refused = bridge.call_json("refusedExecutors", bridge.java_session(spark))
    return {"middle": middle, "refused": refused, "after": train(spark, n_executors=1)}


def busy_executors(context):
    """The ids of the executors that run tasks."""
    found = []
    while not found:  # until Spark's listener bus has reported it
        time.sleep(0.1)
        executors = context.statusStore().executorList(True)
        every = [executors.apply(i) for i in range(executors.size())]
        found = [executor.id() for executor in every if executor.activeTasks()]
    return found


def leaving(spark, folder):
    """Decommissions one of two executors: Spark lets its task finish and gives it no new ones."""
    replicas.EXECUTOR_WAIT_SECONDS = 3.0
    refused = []

    def leave():
        context, classes = spark.sparkContext._jsc.sc(), spark.sparkContext._jvm
        hold(spark, seconds=30)  # an idle executor would be gone at once
        (busy,) = busy_executors(context)
        info = classes.org.apache.spark.scheduler.ExecutorDecommissionInfo("a test", classes.scala.Option.empty())
        assert context.schedulerBackend().decommissionExecutor(busy, info, False, False)
        refused.extend(bridge.call_json("refusedExecutors", bridge.java_session(spark)))

    place = {"checkpointDir": f"{folder}/leaving", "checkpointInterval": INTERVAL}
    result = train(spark, leave, [INTERVAL + 2], **place)
    return {**result, "refused": refused}


def shrunk(spark, folder):
    """Goes from four executors to two, as three cannot share the batch; records what each held after every update."""
    replicas.EXECUTOR_WAIT_SECONDS = 3.0
    seen = []

    def look(rows, training):
        seen.append(bridge.call_json("executorUse", bridge.java_session(spark)))

    look.every = 1
    workers = json.loads(Path(folder, "workers.json").read_text())

    def lose():
        children = {pid: parent(pid) for pid in jobs.executors(spark)["pids"]}
        pid, worker = next((pid, worker) for pid, worker in children.items() if worker in workers)
        os.kill(worker, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)

    place = {"checkpointDir": f"{folder}/shrunk", "checkpointInterval": INTERVAL}
    watcher = At([INTERVAL + 2], lose)
    result = train(spark, callbacks=[watcher, look], **place)
    return {**result, "updates": watcher.seen, "held": seen}


def main():
    """Reads master, folder, settings and names of functions as JSON; writes each function's result to a file."""
    given = json.loads(sys.argv[1])
    MARKS[0] = f"{given['folder']}/marks"
    Path(MARKS[0]).mkdir(exist_ok=True)
    spark = jobs.session(given["master"], given["cores"], True, given["settings"].items())
    for name in given["names"]:
        result = globals()[name](spark, given["folder"])
        held = bridge.call_json("executorUse", bridge.java_session(spark))
        assert not any(executor["replicas"] or executor["shares"] for executor in held), (name, held)
        Path(given["folder"], f"{name}.out.json").write_text(json.dumps(result))
    spark.stop()


if __name__ == "__main__":
    main()

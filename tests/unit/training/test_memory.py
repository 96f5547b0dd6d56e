"""What replicas need, and what is said where it does not fit: no Spark."""


from bigdl_gan.training.memory import Memory, memory_of_replica, micro_batches_within, of_memory

GIGABYTE = 2**30


def executor(id="0", **changes):
    return {"id": id, "host": "node", "heap": GIGABYTE, "machine": 16 * GIGABYTE, **changes}


def only(findings):
    (finding,) = findings
    return finding


def networks(weights):
    """129 values of layers each."""
    both = {"generator": [5], "discriminator": [2, 3, 4]}
    layers = [{"shape": [8, 4, 4]}, {"shape": [1]}]
    return {role: {"weights": weights, "layers": layers, "inputShape": shape} for role, shape in both.items()}


def test_memory_grows_with_images_and_weights():
    base, more_images, more_weights = (
        memory_of_replica(networks(weights), images, {}) for weights, images in ((1000, 8), (1000, 16), (2000, 8))
    )
    assert base.heap == more_images.heap == 4 * 2000 * 9 and more_weights.heap == 2 * base.heap
    assert more_images.native - base.native == 4 * 8 * 3 * 129 * 3
    assert more_weights.native - base.native == 4 * 2000 * 11
    penalties = ({"penalties": {"r1": 1.0, "gradientPenalty": weight}} for weight in (0.0, 10.0))
    r1, between = (memory_of_replica(networks(1000), 8, plan) for plan in penalties)
    assert r1.heap == base.heap and r1.native - base.native == 4 * 8 * 2 * 129 * 3
    assert between.native - r1.native == 4 * 8 * 129 * 6


def test_parts_need_less():
    """The activations of one part; besides, all images and latents, and the gradients of earlier parts."""
    base, parted = (memory_of_replica(networks(1000), 8, plan) for plan in ({}, {"microBatches": 4}))
    activations = 4 * 8 * 3 * 129 * 3
    assert base.heap == parted.heap
    assert parted.native - base.native == -activations * 3 // 4 + 4 * 8 * (24 + 5) + 4 * 2000
    augmented = memory_of_replica(networks(1000), 8, {"microBatches": 4, "augment": "color"})
    assert augmented.native - parted.native == 4 * 2 * 2 * 24


def test_the_fewest_parts_that_fit():
    asked = []

    def forecast(parts):
        asked.append(parts)
        return Memory(heap=0, native=1200 // parts)

    assert micro_batches_within(300, 12, forecast) == 4 and asked == [2, 3, 4]
    assert micro_batches_within(100, 12, forecast) == 12
    assert micro_batches_within(99, 12, forecast) == 0
    assert micro_batches_within(10**9, 1, forecast) == 0


def test_heaps():
    need = Memory(heap=800 * 2**20, native=GIGABYTE)
    finding = only(of_memory([executor(), executor("1")], need, {}, is_local=False))
    text = "A replica needs 1,100 MB of heap, not counting its images. Received: 1,024 MB on executor 0."
    assert finding.is_fatal and finding.text == f"{text} Raise spark.executor.memory to 1280m."
    assert "spark.driver.memory" in only(of_memory([executor()], need, {}, is_local=True)).text
    assert of_memory([executor(heap=2 * GIGABYTE)], need, {}, is_local=True) == []


def test_memory_beside_the_heap():
    need, roomy = Memory(heap=2**20, native=GIGABYTE), [executor()]
    assert of_memory(roomy, need, {"spark.master": "spark://host:7077"}, is_local=False) == []
    finding = only(of_memory(roomy, need, {"spark.master": "yarn"}, is_local=False))
    assert not finding.is_fatal and "needs 1,024 MB outside the heap. Received: 384 MB" in finding.text
    assert "Raise it to 1024m, or the executors will be killed." in finding.text
    fits = {384 * 2**20: 4}.get
    finding = only(of_memory(roomy, need, {"spark.master": "yarn"}, is_local=False, parts_within=fits))
    assert "Raise it to 1024m, or set microBatches=4, or the executors" in finding.text
    enough = {"spark.master": "k8s://host", "spark.executor.memoryOverhead": "1200"}
    assert of_memory(roomy, need, enough, is_local=False) == []


def test_machines():
    crowd = [executor(str(i), machine=4 * GIGABYTE) for i in range(4)]
    need, asked = Memory(2**20, GIGABYTE), []
    finding = only(of_memory(crowd, need, {}, is_local=False))
    assert not finding.is_fatal and "on node need 5,300 MB" in finding.text and "machine with 4,096 MB" in finding.text
    assert finding.text.endswith("Lower `batchSize`, or use fewer executors there.")
    finding = only(of_memory(crowd, need, {}, is_local=False, parts_within=lambda n: asked.append(n) or 2))
    assert finding.text.endswith("Lower `batchSize`, or set microBatches=2, or use fewer executors there.")
    assert asked == [GIGABYTE - 301 * 2**20]

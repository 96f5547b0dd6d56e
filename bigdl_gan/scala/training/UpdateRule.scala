package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.Network
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.FlatOptimizer
import com.intel.analytics.bigdl.dllib.optim.OptimMethod

/** One network's weights on this replica, and how they move. */
private[gan] final class Trainee(network: Network, method: OptimMethod[Float],
  val weights: Array[Float], initial: OptimizerState, exchange: Exchange, parallel: Workers) {
  private val count = weights.length
  private val (from, until) = exchange.part(count)
  private val optimizer = new FlatOptimizer(method, from, until, initial, parallel)
  val gradients = new Array[Float](count)

  /** This replica's part of the squared norm of the gradient of the last update. */
  var squaredNorm = 0.0

  network.loadWeights(weights)

  /** What the optimiser remembers of the part of the weights that this replica looks after. */
  def optimizerState: OptimizerState = optimizer.state

  // Copies between the network and the vectors are made range by range, while each is in a cache.
  def update(iteration: Int, epoch: Int, clock: Clock): Unit = {
    val read = (from: Int, n: Int) => network.readGradients(gradients, from, n)
    val load = (from: Int, n: Int) => network.loadWeights(weights, from, n)
    val isAlone = exchange.size == 1
    if (!isAlone) clock.time(Clock.Exchange)(exchange.reduceScatter(gradients, count)(read))
    clock.time(Clock.Optimizer) {
      squaredNorm = optimizer.update(weights, gradients, iteration, epoch)(
        if (isAlone) read else (_, _) => (), load)
    }
    clock.time(Clock.Exchange)(exchange.allGather(weights, count)(load))
  }
}

/** Where an update gets its images and latents from; `draw` counts discriminator passes. */
private[gan] trait BatchSource {
  def reals(draw: Int, target: Blob): Unit
  def latents(draw: Int, target: Blob): Unit
}

/** Seconds spent in each part of an update. */
private[gan] final class Clock {
  val seconds = new Array[Double](Clock.Names.length)

  def time[A](part: Int)(body: => A): A = {
    val start = System.nanoTime()
    try body finally seconds(part) += (System.nanoTime() - start) * 1e-9
  }

  def reset(): Unit = java.util.Arrays.fill(seconds, 0.0)
}

private[gan] object Clock {
  val Names: Array[String] = Array("decode", "compute", "exchange", "optimizer")
  val Decode = 0
  val Compute = 1
  val Exchange = 2
  val Optimizer = 3
}

/**
 * What happens in one update: the order of passes, draws and optimiser steps.
 *
 * @param criticUpdates 0 for the simultaneous rule; else that many discriminator updates before
 *                      each of the generator
 */
private[gan] final class UpdateRule(step: AdversarialStep, generator: Trainee,
  discriminator: Trainee, streams: AdversarialStep.Streams, criticUpdates: Int, clock: Clock) {
  private val draws = math.max(1, criticUpdates)

  def run(iteration: Int, epoch: Int, source: BatchSource): Unit = {
    streams.begin(iteration)
    if (criticUpdates == 0) {
      draw(iteration, source)
      clock.time(Clock.Compute)(step.simultaneous())
      discriminator.update(iteration, epoch, clock)
      generator.update(iteration, epoch, clock)
    } else {
      for (critic <- 0 until criticUpdates) {
        draw(iteration * draws + critic, source)
        clock.time(Clock.Compute)(step.discriminatorPhase())
        discriminator.update(iteration * draws + critic, epoch, clock)
      }
      clock.time(Clock.Compute)(step.generatorPhase())
      generator.update(iteration, epoch, clock)
    }
  }

  private def draw(number: Int, source: BatchSource): Unit = clock.time(Clock.Decode) {
    source.reals(number, step.realInput)
    source.latents(number, step.latentInput)
  }
}

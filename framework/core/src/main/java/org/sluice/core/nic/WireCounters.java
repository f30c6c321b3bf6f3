package org.sluice.core.nic;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What happened to frames on the wires of a stack, counted at the end that sent them. */
final class WireCounters {
  final Counter down;
  final Counter cut;
  final Counter tooLong;
  final Counter queueFull;
  final Counter noFrame;
  final Counter exhausted;
  final Counter lost;
  final Counter reordered;
  final Counter duplicated;
  final Counter corrupted;

  WireCounters(Counters counters) {
    down = counters.counter("wire.drop.down", "Frames sent into a wire whose other end is not open");
    cut = counters.counter("wire.drop.cut", "Frames that were on a wire when one of its ends was closed");
    tooLong = counters.counter("wire.drop.length", "Frames longer than the wire's MTU allows");
    queueFull = counters.counter("wire.drop.queue", "Frames that found the queue of a wire with a rate full");
    noFrame = counters.counter("wire.drop.frame", "Frames of others, and duplicates, that no free frame was there for");
    exhausted = counters.counter("wire.frames", "Frames to send in that were wanted when all were in use");
    lost = counters.counter("wire.lost", "Frames lost on the way, as the wire was told to");
    reordered = counters.counter("wire.reordered", "Frames that came late, as the wire was told to");
    duplicated = counters.counter("wire.duplicated", "Frames that came twice, as the wire was told to");
    corrupted = counters.counter("wire.corrupted", "Frames with a wrong bit, as the wire was told to");
  }
}

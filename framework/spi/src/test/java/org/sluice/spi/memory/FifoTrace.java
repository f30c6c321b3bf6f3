package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Operations on a FIFO as text, one per line, so that a failing run can be kept and repeated. */
final class FifoTrace {

  private enum Operation { ENQUEUE, ENQUEUE_AT, CLAIM, DEQUEUE, DROP, VIEW, SWEEP, RESIZE }

  private record Step(Operation operation, int first, int second) {
  }

  private final List<Step> steps;

  private FifoTrace(List<Step> steps) {
    this.steps = steps;
  }

  static FifoTrace random(int seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
      steps.add(new Step(operation, 1 + random.nextInt(20_000), 1 + random.nextInt(20_000)));
    }
    return new FifoTrace(steps);
  }

  static FifoTrace parse(String text) {
    return new FifoTrace(text.lines().map(line -> line.split(" ", -1))
        .map(words -> new Step(Operation.valueOf(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2])))
        .collect(Collectors.toCollection(ArrayList::new)));
  }

  /** Runs all steps; returns the result and the state after each. */
  List<String> replay(TestFifo fifo) {
    List<String> states = new ArrayList<>();
    for (Step step : steps) {
      long result = apply(fifo, step);
      states.add(step + " -> " + result + " readable " + fifo.consumer.readableBytes() + " writable "
          + fifo.producer.writableBytes() + " ranges " + fifo.producer.outOfOrderRanges() + " chunks "
          + fifo.chunkBytes());
    }
    return states;
  }

  private static long apply(TestFifo fifo, Step step) {
    byte[] data = TestFifo.pattern(step.first);
    return switch (step.operation) {
      case ENQUEUE -> fifo.write(data);
      case ENQUEUE_AT -> fifo.producer.enqueueAt(step.second, MemorySegment.ofArray(data), 0, data.length);
      case CLAIM -> {
        WriteView view = fifo.producer.claim(step.first);
        yield view == null ? 0 : view.commit(Math.min(view.length(), step.second));
      }
      case DEQUEUE -> fifo.consumer.dequeue(data, 0, data.length);
      case DROP -> fifo.consumer.drop(step.first);
      case VIEW -> {
        ReadView view = fifo.consumer.view(step.first);
        int length = view == null ? 0 : view.length();
        if (view != null) {
          view.release(Math.min(length, step.second));
        }
        yield length;
      }
      case SWEEP -> fifo.producer.sweep();
      case RESIZE -> {
        fifo.producer.capacityBytes(4096L + step.first);
        yield 0;
      }
    };
  }

  @Override
  public String toString() {
    return steps.stream().map(step -> step.operation + " " + step.first + " " + step.second)
        .collect(Collectors.joining("\n"));
  }
}

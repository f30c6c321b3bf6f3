package org.sluice.core.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.sluice.spi.runtime.Counter;

/** A counter: one cell per worker in an array of that worker, and one that callers on no worker share. */
final class CellCounter implements Counter {

  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

  private final String description;
  // First index: worker + 1, so that NO_WORKER has the first row.
  private final long[][] rows;
  private final int cell;

  CellCounter(String description, long[][] rows, int cell) {
    this.description = description;
    this.rows = rows;
    this.cell = cell;
  }

  String description() {
    return description;
  }

  @Override
  public void add(int workerIndex, long amount) {
    assert amount >= 0 : amount;
    long[] row = rows[workerIndex + 1];
    if (workerIndex == NO_WORKER) {
      long before = (long) CELLS.getAndAdd(row, cell, amount);
      assert before >= 0 : before;
    } else {
      // The worker is the only writer. Opaque, so that readers see whole values, in time.
      CELLS.setOpaque(row, cell, row[cell] + amount);
    }
  }

  @Override
  public long value() {
    long sum = 0;
    for (long[] row : rows) {
      sum += (long) CELLS.getOpaque(row, cell);
    }
    return sum;
  }

  @Override
  public long value(int workerIndex) {
    return (long) CELLS.getOpaque(rows[workerIndex + 1], cell);
  }
}

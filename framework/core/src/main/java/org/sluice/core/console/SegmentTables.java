package org.sluice.core.console;

import org.sluice.core.application.MemoryView;
import org.sluice.core.segment.SegmentInfo;
import org.sluice.core.segment.SegmentManagerView;
import org.sluice.core.segment.SegmentOptions;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;

/** The tables of segment managers and their segments. Sizes in bytes. */
final class SegmentTables {
  /** Stands where the name of an application that has left would stand. */
  static final String LEFT = "(left)";

  private SegmentTables() {}

  static void beginManagers(ConsoleOutput output) {
    output.table("segment_managers", Column.of("Index", -5), Column.of("App", 20), new Column("Wrk", "app_worker", -4),
        Column.of("Use", 8), Column.of("Segments", -8), new Column("Max segments", "max_segments", -12),
        new Column("Rx FIFO", "rx_fifo_bytes", -10), new Column("Tx FIFO", "tx_fifo_bytes", -10),
        new Column("Low %", "low_watermark_percent", -5), new Column("High %", "high_watermark_percent", -6),
        Column.of("Flags"));
  }

  static void printManager(MemoryView memory, ConsoleOutput output) {
    SegmentManagerView manager = memory.segments();
    SegmentOptions options = manager.options();
    boolean orphan = memory.use() == MemoryView.Use.ORPHANS;
    output.row(manager.index(), orphan ? LEFT : memory.application(), memory.worker(),
        Label.of(memory.use()), manager.segments().size(), options.maxSegments(), options.rxFifoBytes(),
        options.txFifoBytes(), options.lowWatermarkPercent(), options.highWatermarkPercent(), flags(manager));
  }

  private static String flags(SegmentManagerView manager) {
    SegmentOptions options = manager.options();
    StringBuilder flags = new StringBuilder();
    if (manager.isDetached()) {
      flags.append("detached ");
    }
    if (options.preallocatedPairs() > 0) {
      flags.append("preallocated-pairs ");
    }
    if (options.preallocatedHeaders() > 0) {
      flags.append("preallocated-headers ");
    }
    if (options.highWatermarkPercent() == 0) {
      flags.append("no-pressure ");
    }
    return flags.toString().strip();
  }

  static void beginSegments(ConsoleOutput output) {
    output.table("segments", Column.of("Manager", -7), Column.of("Segment", 8),
        new Column("Size", "size_bytes", -12), new Column("Used", "used_bytes", -12),
        new Column("Free", "free_bytes", -12), new Column("FIFOs", "fifos", -7),
        Column.of("Pairs", -6), Column.of("Queues", -6), Column.of("Pressure", 9), Column.of("Flags"));
  }

  static void printSegments(SegmentManagerView manager, ConsoleOutput output) {
    for (SegmentInfo segment : manager.segments()) {
      output.row(manager.index(), Handle.text(segment.handle()), segment.sizeBytes(), segment.usedBytes(),
          segment.freeBytes(), segment.fifos(), segment.pairs(), segment.eventQueues(), Label.of(segment.pressure()),
          Label.of(segment.flags()));
    }
  }
}

package org.sluice.core.console;

import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** Prints how an application was attached; its secret stays one. */
final class ApplicationOptions {
  private ApplicationOptions() {}

  static void print(AttachOptions options, ConsoleOutput output) {
    output.table("options", Column.of("Option", 26), Column.of("Value"));
    output.row("scopes", scopes(options));
    output.row("flags", Label.of(options.flags()));
    output.row("proxy of", String.join(" ", options.proxyProtocols().stream().sorted().toList()));
    output.row("rx FIFO bytes", options.rxFifoBytes());
    output.row("tx FIFO bytes", options.txFifoBytes());
    output.row("max rx FIFO bytes", options.maxRxFifoBytes());
    output.row("first allocation percent", options.firstAllocationPercent());
    output.row("first segment bytes", options.segmentBytes());
    output.row("further segment bytes", options.addSegmentBytes());
    output.row("max segments", options.maxSegments());
    output.row("max FIFO memory bytes", options.maxFifoMemoryBytes());
    output.row("preallocated FIFO pairs", options.preallocatedFifoPairs());
    output.row("preallocated FIFO headers", options.preallocatedFifoHeaders());
    output.row("event queue events", options.eventQueueEvents());
    output.row("low watermark percent", options.lowWatermarkPercent());
    output.row("high watermark percent", options.highWatermarkPercent());
    output.row("max unanswered connects", options.maxConnects());
  }

  /** Where the application can be reached and may connect. */
  static String scopes(AttachOptions options) {
    return options.scopes().isEmpty() ? Label.of(Scope.GLOBAL) : Label.of(options.scopes());
  }
}

package org.sluice.core.console;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.nic.CaptureNic;
import org.sluice.core.nic.CaptureSummary;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/** The commands that write what crosses an interface to a file. */
final class CaptureCommands {
  private static final String MAX = "max";
  private static final String BUFFER = "buffer";
  private static final int MIN_FILE_BYTES = 1 << 10;
  private static final int MAX_NUMBER = 999_999_999;

  private final NetworkPlane network;
  private final WorkerQueries queries;

  private CaptureCommands(StackParts parts, WorkerQueries queries) {
    network = parts.network();
    this.queries = queries;
  }

  static List<ConsoleCommand> of(StackParts parts, WorkerQueries queries) {
    CaptureCommands area = new CaptureCommands(parts, queries);
    return List.of(
        new Action("capture start", "INTERFACE FILE [max BYTES] [buffer BYTES]",
            "Write the packets of an interface to a pcapng file, which tshark and Wireshark read",
            () -> Stream.concat(area.names(), Stream.of(MAX, BUFFER)), area::start),
        new Action("capture stop", "INTERFACE", "End the capture of an interface", area::names, area::stop));
  }

  private Stream<String> names() {
    return network.snapshot().interfaces().stream().map(NetInterface::name);
  }

  private CaptureNic card(String name) throws CommandException {
    NetInterface found = network.snapshot().byName(name);
    if (found == null) {
      throw CommandException.failure("there is no interface '" + name + "'; there are: "
          + String.join(", ", names().toList()));
    }
    return found.nic();
  }

  private void start(Words words, ConsoleOutput output) throws CommandException {
    String name = words.next("the name of an interface");
    String file = words.next("the name of a file");
    long max = words.take(MAX) ? words.number("a length in bytes", MIN_FILE_BYTES, MAX_NUMBER)
        : CaptureNic.DEFAULT_MAX_BYTES;
    int buffer = words.take(BUFFER)
        ? words.number("a size in bytes", CaptureNic.MIN_RING_BYTES, MAX_NUMBER)
        : CaptureNic.DEFAULT_RING_BYTES;
    words.end();
    CaptureNic card = card(name);
    try {
      card.start(Path.of(file), max, buffer);
    } catch (IOException | InvalidPathException e) {
      throw CommandException.failure("the file '" + file + "' cannot be written: " + e);
    } catch (IllegalStateException e) {
      throw CommandException.failure(e.getMessage() + "; 'capture stop " + name + "' ends it");
    }
    output.line("packets of interface " + name + " go to " + file);
  }

  private void stop(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String name = words.next("the name of an interface");
    words.end();
    CompletableFuture<CaptureSummary> ending = card(name).stop();
    if (ending == null) {
      throw CommandException.failure("there is no capture of interface '" + name + "'; 'capture start' begins one");
    }
    CaptureSummary summary = queries.finished(ending, "the capture is still being written; it ends by itself");
    output.value("file", summary.file());
    output.value("frames", summary.frames());
    output.value("bytes", summary.bytes());
    output.value("missed", summary.missed());
    output.value("unwritten", summary.unwritten());
    if (summary.failure() != null) {
      output.line("the capture ended early: " + summary.failure());
    }
  }
}

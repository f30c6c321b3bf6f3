package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sluice.core.application.ApplicationViews;
import org.sluice.core.application.ApplicationViews.Owner;
import org.sluice.core.application.MemoryView;
import org.sluice.core.segment.SegmentInfo;
import org.sluice.core.segment.SharedSegment;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;

/** {@code show segment-manager}: who holds the memory of FIFOs, and how full it is. */
final class ShowSegmentManager extends StackCommand {
  private final StackParts parts;
  private final WorkerQueries queries;

  ShowSegmentManager(StackParts parts, WorkerQueries queries) {
    super("show segment-manager", "[verbose] [INDEX]",
        "Show the segment managers; verbose adds their segments, and those of local sessions");
    this.parts = parts;
    this.queries = queries;
  }

  private record Memory(List<MemoryView> managers, Map<Long, Owner> owners) {}

  /** A segment of a pair of applications. */
  private record Local(SegmentInfo info, String client, String server, int clientSessions, int serverSessions) {

    /** Reads a segment. On its stack worker. */
    static Local of(SharedSegment segment, Map<Long, Owner> owners) {
      Owner client = owners.get(segment.client().handle());
      Owner server = owners.get(segment.server().handle());
      SegmentInfo info = server == null
          ? segment.info(0, 0)
          : segment.info(server.options().lowWatermarkPercent(), server.options().highWatermarkPercent());
      return new Local(info, client == null ? SegmentTables.LEFT : client.name(),
          server == null ? SegmentTables.LEFT : server.name(), segment.clientSessions(), segment.serverSessions());
    }
  }

  @Override
  public List<String> complete(List<String> words) {
    return candidates(words, Stream.of("verbose"));
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    Words words = words(arguments);
    boolean verbose = false;
    int index = -1;
    while (words.hasNext()) {
      if (words.nextIsNumber()) {
        index = words.number("the index of a segment manager", 0, Integer.MAX_VALUE);
      } else {
        words.keyword(List.of("verbose"));
        verbose = true;
      }
    }
    Memory memory = queries.ask(0, this::read);
    List<MemoryView> managers = selected(memory.managers(), index);
    SegmentTables.beginManagers(output);
    managers.forEach(manager -> SegmentTables.printManager(manager, output));
    if (!verbose) {
      return;
    }
    SegmentTables.beginSegments(output);
    managers.forEach(manager -> SegmentTables.printSegments(manager.segments(), output));
    if (index < 0) {
      printLocal(memory.owners(), output);
    }
  }

  private Memory read() {
    ApplicationViews views = parts.applications().registry().views();
    return new Memory(views.memory(), views.owners());
  }

  private static List<MemoryView> selected(List<MemoryView> all, int index) throws CommandException {
    if (index < 0) {
      return all;
    }
    List<MemoryView> one = all.stream().filter(memory -> memory.segments().index() == index).toList();
    if (one.isEmpty()) {
      throw CommandException.failure(
          "there is no segment manager " + index + " (any more); 'show segment-manager' lists them");
    }
    return one;
  }

  /** The segments of local sessions belong to a stack worker and two applications, not to a manager. */
  private void printLocal(Map<Long, Owner> owners, ConsoleOutput output)
      throws CommandException, InterruptedException {
    output.table("local_segments", Column.of("Segment", 8), Column.of("Worker", -6), Column.of("Server", 20),
        Column.of("Client", 20), new Column("Server sess", "server_sessions", -11),
        new Column("Client sess", "client_sessions", -11), new Column("Size", "size_bytes", -12),
        new Column("Used", "used_bytes", -12), new Column("Free", "free_bytes", -12),
        new Column("FIFOs", "fifos", -7), Column.of("Pressure", 9), Column.of("Flags"));
    for (int worker = 0; worker < queries.count() && !output.isCancelled(); worker++) {
      int index = worker;
      List<Local> segments = queries.ask(worker, () -> {
        List<Local> found = new ArrayList<>();
        parts.applications().localSegments(index).forEach(segment -> found.add(Local.of(segment, owners)));
        return found;
      });
      for (Local segment : segments) {
        SegmentInfo info = segment.info();
        output.row(Handle.text(info.handle()), worker, segment.server(), segment.client(), segment.serverSessions(),
            segment.clientSessions(), info.sizeBytes(), info.usedBytes(), info.freeBytes(), info.fifos(),
            Label.of(info.pressure()), Label.of(info.flags()));
      }
    }
  }
}

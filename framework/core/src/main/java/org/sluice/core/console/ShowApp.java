package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.application.ApplicationView;
import org.sluice.core.application.ApplicationViews;
import org.sluice.core.application.MemoryView;
import org.sluice.core.application.NamespaceView;
import org.sluice.core.segment.SegmentInfo;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;

/** {@code show app}: the attached applications, one of them in full, what they listen on, or their queues. */
final class ShowApp extends StackCommand {
  private static final String LISTENERS = "listeners";
  private static final String CLIENTS = "clients";
  private static final String NAMESPACES = "ns";
  private static final String QUEUES = "mq";
  private static final String COLLECTORS = "evt-collector";
  private static final String VERBOSE = "verbose";
  private static final List<String> TOPICS = List.of(LISTENERS, CLIENTS, NAMESPACES, QUEUES, COLLECTORS);

  private final StackParts parts;
  private final WorkerQueries queries;
  private final ApplicationReader reader;

  ShowApp(StackParts parts, WorkerQueries queries) {
    super("show app", "[NAME|INDEX] [verbose] | listeners | clients | ns [ID] | mq | evt-collector",
        "Show the attached applications, one of them in full, listeners, clients, namespaces, queues or collectors");
    this.parts = parts;
    this.queries = queries;
    reader = new ApplicationReader(queries);
  }

  @Override
  public List<String> complete(List<String> words) {
    if (words.size() > 1) {
      return TOPICS.contains(words.getFirst()) ? topicWords(words) : candidates(words, Stream.of(VERBOSE));
    }
    Stream<String> topics = Stream.concat(TOPICS.stream(), Stream.of(VERBOSE));
    try {
      return candidates(words, Stream.concat(topics, read().applications().stream().map(ApplicationView::name)));
    } catch (CommandException e) {
      return candidates(words, topics);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private List<String> topicWords(List<String> words) {
    if (!words.getFirst().equals(NAMESPACES) || words.size() > 2) {
      return List.of();
    }
    try {
      return candidates(words, NamespaceCommand.all(parts, queries).stream().map(NamespaceView::id));
    } catch (CommandException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private record Read(List<ApplicationView> applications, List<MemoryView> memory) {}

  private Read read() throws CommandException, InterruptedException {
    return queries.ask(0, () -> {
      ApplicationViews views = parts.applications().registry().views();
      return new Read(views.applications(), views.memory());
    });
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    Words words = words(arguments);
    String asked = null;
    boolean verbose = false;
    if (!arguments.isEmpty() && TOPICS.contains(arguments.getFirst())) {
      topic(words, output);
      return;
    }
    while (words.hasNext()) {
      String word = words.next("a name");
      if (word.equals(VERBOSE)) {
        verbose = true;
      } else if (asked == null) {
        asked = word;
      } else {
        throw usage("'" + word + "' is too much");
      }
    }
    Read read = read();
    if (asked == null) {
      printAll(read.applications(), verbose, output);
    } else {
      printOne(find(read.applications(), asked), read.memory(), output);
    }
  }

  private void topic(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String topic = words.next("what to show");
    String id = topic.equals(NAMESPACES) && words.hasNext() ? words.next("the id of a namespace") : null;
    words.end();
    switch (topic) {
      case LISTENERS -> new ListenerList(parts, queries).printMembers(output);
      case CLIENTS -> printClients(read(), output);
      case QUEUES -> printQueues(read().applications(), output);
      case COLLECTORS -> CollectorCommand.print(parts, queries, output);
      default -> namespaces(id, output);
    }
  }

  private void namespaces(@Nullable String id, ConsoleOutput output) throws CommandException, InterruptedException {
    List<NamespaceView> all = NamespaceCommand.all(parts, queries);
    if (id == null) {
      NamespaceCommand.print(all, output);
      return;
    }
    List<NamespaceView> one = all.stream().filter(namespace -> namespace.id().equals(id)).toList();
    if (one.isEmpty()) {
      throw usage("no namespace '" + id + "' is there; there are: "
          + String.join(", ", all.stream().map(NamespaceView::id).toList()));
    }
    NamespaceCommand.print(one, output);
    printAll(read().applications().stream()
        .filter(application -> application.options().namespace().equals(id)).toList(), false, output);
  }

  private ApplicationView find(List<ApplicationView> applications, String asked) throws CommandException {
    ApplicationView found = null;
    for (ApplicationView application : applications) {
      if (application.name().equals(asked)) {
        return application;
      }
      if (asked.equals(Integer.toString(Handle.slot(application.handle())))) {
        found = application;
      }
    }
    return attached(found, asked, applications);
  }

  private ApplicationView attached(@Nullable ApplicationView found, String asked, List<ApplicationView> applications)
      throws CommandException {
    if (found != null) {
      return found;
    }
    List<String> names = applications.stream().map(ApplicationView::name).toList();
    throw usage("no application '" + asked + "' is attached; attached are: "
        + (names.isEmpty() ? "none" : String.join(", ", names)));
  }

  // ---- All of them.

  private void printAll(List<ApplicationView> applications, boolean verbose, ConsoleOutput output)
      throws CommandException, InterruptedException {
    List<List<LaneRow>> lanes = reader.lanes(applications);
    List<Column> columns = new ArrayList<>(List.of(Column.of("Index", -5), Column.of("Name", 20),
        Column.of("Namespace", 12), Column.of("Workers", -7), Column.of("Listeners", -9), Column.of("Sessions", -10),
        Column.of("Half-opens", -10)));
    if (verbose) {
      columns.addAll(List.of(Column.of("Plugin", 16), new Column("Queued", "queued_events", -8),
          new Column("Memory", "segment_bytes", -12), Column.of("Scopes", 12)));
    }
    output.table("applications", columns.toArray(Column[]::new));
    if (applications.isEmpty()) {
      output.line("no application is attached");
    }
    for (int i = 0; i < applications.size() && !output.isCancelled(); i++) {
      ApplicationView application = applications.get(i);
      List<Object> cells = new ArrayList<>(List.of(Handle.slot(application.handle()), application.name(),
          application.options().namespace(), application.workers().size(), application.listeners(),
          LaneRow.sum(lanes.get(i), LaneRow::sessions), LaneRow.sum(lanes.get(i), LaneRow::halfOpens)));
      if (verbose) {
        cells.addAll(List.of(application.pluginId(), LaneRow.sum(lanes.get(i), LaneRow::queuedEvents),
            application.segmentBytes(), ApplicationOptions.scopes(application.options())));
      }
      output.row(cells.toArray());
    }
  }

  /** Who may connect, and which segment manager gives the memory of those sessions. */
  private static void printClients(Read read, ConsoleOutput output) {
    output.table("clients", Column.of("App", 20), new Column("Wrk", "app_worker", -4), Column.of("Plugin", 16),
        new Column("SegMngr", "segment_manager", -8), new Column("FIFOs", "fifos", -7));
    for (ApplicationView application : read.applications()) {
      for (MemoryView memory : read.memory()) {
        if (memory.application().equals(application.name()) && memory.use() == MemoryView.Use.CONNECTS) {
          output.row(application.name(), memory.worker(), application.pluginId(), memory.segments().index(),
              memory.segments().segments().stream().mapToLong(SegmentInfo::fifos).sum());
        }
      }
    }
  }

  private void printQueues(List<ApplicationView> applications, ConsoleOutput output)
      throws CommandException, InterruptedException {
    List<List<LaneRow>> lanes = reader.lanes(applications);
    output.table("queues", Column.of("Name", 20), Column.of("Wrk", -4), new Column("Stack worker", "stack_worker", -12),
        new Column("Queued", "queued_events", -8), new Column("Of", "most_events", -8),
        new Column("Held back", "is_congested", 9));
    for (int i = 0; i < applications.size(); i++) {
      for (LaneRow lane : lanes.get(i)) {
        output.row(applications.get(i).name(), lane.applicationWorker(), lane.stackWorker(), lane.queuedEvents(),
            applications.get(i).options().eventQueueEvents(), lane.isCongested());
      }
    }
  }

  // ---- One of them.

  private void printOne(ApplicationView application, List<MemoryView> memory, ConsoleOutput output)
      throws CommandException, InterruptedException {
    output.value("index", Handle.slot(application.handle()));
    output.value("name", application.name());
    output.value("plugin", application.pluginId());
    output.value("namespace", application.options().namespace());
    output.value("listeners", application.listeners());
    output.value("segment_bytes", application.segmentBytes());
    output.table("workers", Column.of("Wrk", -4), new Column("Stack worker", "stack_worker", -12),
        Column.of("Sessions", -10), Column.of("Half-opens", -10), new Column("Queued", "queued_events", -8),
        new Column("Held back", "is_congested", 9));
    for (LaneRow lane : reader.lanes(List.of(application)).getFirst()) {
      output.row(lane.applicationWorker(), lane.stackWorker(), lane.sessions(), lane.halfOpens(),
          lane.queuedEvents(), lane.isCongested());
    }
    ApplicationOptions.print(application.options(), output);
    List<MemoryView> own = memory.stream().filter(view -> view.application().equals(application.name())).toList();
    SegmentTables.beginManagers(output);
    own.forEach(view -> SegmentTables.printManager(view, output));
    SegmentTables.beginSegments(output);
    own.forEach(view -> SegmentTables.printSegments(view.segments(), output));
  }
}

package org.sluice.core.console;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.ip.IpLayer;
import org.sluice.core.ip.PingListener;
import org.sluice.core.ip.PingRequest;
import org.sluice.core.ip.PingSummary;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.transport.Endpoint;

/** {@code ping}: asks a station for echoes, and tells of each answer when it comes. */
final class PingCommand extends StackCommand {
  private static final String TABLE = "table";
  private static final String INTERFACE = "interface";
  private static final String SOURCE = "source";
  private static final String COUNT = "count";
  private static final String SIZE = "size";
  private static final String INTERVAL = "interval";
  private static final String TIMEOUT = "timeout";
  private static final int DEFAULT_COUNT = 4;
  private static final int DEFAULT_BYTES = 56;
  private static final int MAX_BYTES = 65_507;
  private static final int DEFAULT_MS = 1000;
  private static final int MAX_MS = 3_600_000;
  private static final long MILLI_NS = 1_000_000;
  private static final long MICRO_NS = 1_000;
  private static final long LOOK_MS = 100;

  private final NetworkPlane network;
  private final IpLayer ip;

  PingCommand(StackParts parts) {
    super("ping", "ADDRESS [source ADDRESS] [table TABLE] [interface NAME] [count N] [size BYTES] [interval MS]"
        + " [timeout MS]", "Ask a station for echoes");
    network = parts.network();
    ip = parts.ip();
  }

  @Override
  public String example() {
    return "ping 10.1.0.2 count 3";
  }

  @Override
  public List<String> complete(List<String> words) {
    return candidates(words, Stream.of(SOURCE, TABLE, INTERFACE, COUNT, SIZE, INTERVAL, TIMEOUT));
  }

  /** What has happened since the last look; lines from worker 0, and then the end. */
  private static final class Events implements PingListener {
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    volatile boolean cancelled;

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void onReply(int sequence, int bytes, int hops, long rttNs) {
      lines.add(bytes + " bytes: seq " + sequence + " hops " + hops + " time " + millis(rttNs) + " ms");
    }

    @Override
    public void onFailure(int sequence, String why) {
      lines.add("seq " + sequence + ": " + why);
    }
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    PingRequest request = request(words(arguments));
    Events events = new Events();
    CompletableFuture<PingSummary> running = ip.ping(request, events);
    try {
      while (!running.isDone() && !output.isCancelled()) {
        print(events.lines.poll(LOOK_MS, TimeUnit.MILLISECONDS), output);
      }
    } finally {
      events.cancelled = true;
    }
    for (String line = events.lines.poll(); line != null; line = events.lines.poll()) {
      print(line, output);
    }
    if (running.isDone()) {
      finish(request.remote(), running, output);
    }
  }

  private static void print(@Nullable String line, ConsoleOutput output) {
    if (line != null) {
      output.line(line);
    }
  }

  private static void finish(IpAddress remote, CompletableFuture<PingSummary> running, ConsoleOutput output)
      throws CommandException, InterruptedException {
    PingSummary summary;
    try {
      summary = running.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw CommandException.failure(cause instanceof SessionException refused
          ? String.valueOf(refused.getMessage())
          : "worker 0 takes no ping now: " + cause);
    }
    output.value("sent", summary.sent());
    output.value("received", summary.received());
    if (summary.received() == 0) {
      throw CommandException.failure(remote + " has not answered");
    }
    output.value("least_us", summary.leastNs() / MICRO_NS);
    output.value("mean_us", summary.meanNs() / MICRO_NS);
    output.value("most_us", summary.mostNs() / MICRO_NS);
  }

  private static String millis(long ns) {
    return String.format(Locale.ROOT, "%.3f", (double) ns / MILLI_NS);
  }

  private PingRequest request(Words words) throws CommandException {
    IpAddress remote = words.prefix().address();
    IpAddress source = remote.isIp4() ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6;
    int table = 0;
    int interfaceIndex = Endpoint.ANY_INTERFACE;
    int count = DEFAULT_COUNT;
    int bytes = DEFAULT_BYTES;
    int interval = DEFAULT_MS;
    int timeout = DEFAULT_MS;
    while (words.hasNext()) {
      switch (words.keyword(List.of(SOURCE, TABLE, INTERFACE, COUNT, SIZE, INTERVAL, TIMEOUT))) {
        case SOURCE -> source = words.prefix().address();
        case TABLE -> table = words.number("the number of a table", 0, NetworkPlane.MAX_TABLE);
        case INTERFACE -> interfaceIndex = index(words.next("the name of an interface"));
        case COUNT -> count = words.number("a number of requests", 1, PingRequest.MAX_COUNT);
        case SIZE -> bytes = words.number("a number of bytes", 0, MAX_BYTES);
        case INTERVAL -> interval = words.number("a number of milliseconds", 0, MAX_MS);
        case TIMEOUT -> timeout = words.number("a number of milliseconds", 0, MAX_MS);
        default -> throw new AssertionError("keywords are those above");
      }
    }
    if (source.isIp4() != remote.isIp4()) {
      throw usage("the source " + source + " is of the other family than " + remote);
    }
    return new PingRequest(
        remote, source, table, interfaceIndex, count, bytes, interval * MILLI_NS, timeout * MILLI_NS);
  }

  private int index(String name) throws CommandException {
    NetInterface found = network.snapshot().byName(name);
    if (found == null) {
      throw CommandException.failure("there is no interface '" + name + "'");
    }
    return found.index();
  }
}

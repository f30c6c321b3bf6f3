package org.sluice.core.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.ip.IpLayer;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.trace.PacketTraces;
import org.sluice.core.trace.TraceCopy;
import org.sluice.core.trace.TraceFilter;
import org.sluice.core.trace.TraceOrder;
import org.sluice.core.trace.TraceReader;
import org.sluice.core.trace.TracedPacket;
import org.sluice.core.trace.WatchedCounter;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.UdpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/** The commands that tell what happens to packets, step by step. */
final class TraceCommands {
  private static final String OWN = WorkerSet.OWN_SCOPE + ".";
  private static final String RX = "rx";
  private static final String TX = "tx";
  private static final String BOTH = "both";
  private static final String INTERFACE = "interface";
  private static final String WORKER = "worker";
  private static final String PROTO = "proto";
  private static final String HOST = "host";
  private static final String PORT = "port";
  private static final String MAX = "max";
  private static final List<String> OPTIONS = List.of(RX, TX, BOTH, INTERFACE, WORKER, PROTO, HOST, PORT);
  private static final Map<String, Integer> PROTOCOLS = Map.of("tcp", TcpHeader.PROTOCOL, "udp", UdpHeader.PROTOCOL,
      "icmp", IcmpHeader.PROTOCOL_4, "icmp6", IcmpHeader.PROTOCOL_6);
  private static final int MAX_PROTOCOL = 255;
  private static final int MAX_PORT = 65535;
  private static final int MAX_SHOWN = 999_999_999;
  private static final int ALL_WORKERS = -1;
  private static final long NS_PER_US = 1_000;

  private final NetworkPlane network;
  private final PacketTraces traces;
  private final CounterRegistry counters;
  private final int maxPackets;
  private final WorkerQueries queries;

  private TraceCommands(StackParts parts, WorkerQueries queries) {
    network = parts.network();
    traces = parts.ip().traces();
    maxPackets = parts.ip().maxTracedPackets();
    counters = parts.counters();
    this.queries = queries;
  }

  static List<ConsoleCommand> of(StackParts parts, WorkerQueries queries) {
    TraceCommands area = new TraceCommands(parts, queries);
    return List.of(
        new Action("trace add",
            "COUNT [rx | tx | both] [interface NAME] [worker N] [proto NAME|N] [host ADDRESS] [port N]",
            "Trace the next packets of each worker, step by step; 'show trace' tells what happened to them",
            () -> Stream.of(OPTIONS.stream(), area.names(), PROTOCOLS.keySet().stream().sorted())
                .flatMap(stream -> stream), area::add),
        new Action("show trace", "[max N]", "Show what happened to the packets that were traced",
            () -> Stream.of(MAX), area::show),
        new Action("clear trace", "", "End the trace and forget its packets", Stream::empty, area::clear));
  }

  private Stream<String> names() {
    return network.snapshot().interfaces().stream().map(NetInterface::name);
  }

  // ---- Beginning and ending.

  /** What was asked for, word by word. */
  private static final class Wish {
    private boolean received = true;
    private boolean sent = true;
    private int interfaceIndex = TraceFilter.ANY;
    private int worker = ALL_WORKERS;
    private int protocol = TraceFilter.ANY;
    private @Nullable IpAddress host;
    private int port = TraceFilter.ANY;
  }

  private void add(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    int count = words.number("a number of packets", 1, maxPackets);
    Wish wish = new Wish();
    while (words.hasNext()) {
      String option = words.keyword(OPTIONS);
      words.once(option);
      take(option, words, wish);
    }
    TraceOrder order = new TraceOrder(count, wish.received, wish.sent, wish.interfaceIndex,
        new TraceFilter(wish.protocol, wish.host, wish.port), watched());
    long startNs = queries.order(0, () -> traces.worker(0).nowNs());
    for (int i = 0; i < queries.count(); i++) {
      int worker = i;
      boolean opens = wish.worker == ALL_WORKERS || wish.worker == worker;
      boolean _ = queries.order(worker, () -> {
        if (opens) {
          traces.worker(worker).open(order, startNs);
        } else {
          traces.worker(worker).close();
        }
        return true;
      });
    }
    output.line("the next " + count + " packets "
        + (wish.worker == ALL_WORKERS ? "of each worker" : "of worker " + wish.worker)
        + " are traced; 'show trace' tells what happened to them");
  }

  private void take(String option, Words words, Wish wish) throws CommandException {
    switch (option) {
      case RX -> wish.sent = false;
      case TX -> wish.received = false;
      case INTERFACE -> wish.interfaceIndex = interfaceIndex(words.next("the name of an interface"));
      case WORKER -> wish.worker = words.number("the number of a worker", 0, queries.count() - 1);
      case PROTO -> wish.protocol = protocol(words);
      case HOST -> wish.host = host(words.prefix());
      case PORT -> wish.port = words.number("a port", 1, MAX_PORT);
      default -> { }
    }
    if (!wish.received && !wish.sent) {
      throw CommandException.usage("'rx tx' leaves nothing: 'both' takes what comes in and what goes out");
    }
  }

  private int interfaceIndex(String name) throws CommandException {
    NetInterface found = network.snapshot().byName(name);
    if (found == null) {
      throw CommandException.failure("there is no interface '" + name + "'; there are: "
          + String.join(", ", names().toList()));
    }
    return found.index();
  }

  private static int protocol(Words words) throws CommandException {
    if (words.nextIsNumber()) {
      return words.number("a protocol", 0, MAX_PROTOCOL);
    }
    String name = words.next("a protocol");
    Integer number = PROTOCOLS.get(name);
    if (number == null) {
      throw CommandException.usage("'" + name + "' is no protocol: tcp, udp, icmp, icmp6, or a number to "
          + MAX_PROTOCOL);
    }
    return number;
  }

  private static IpAddress host(IpPrefix given) throws CommandException {
    if (given.length() != (given.address().isIp4() ? Integer.SIZE : 2 * Long.SIZE)) {
      throw CommandException.usage("'" + given + "' is a prefix; 'host' takes one address");
    }
    return given.address();
  }

  private List<WatchedCounter> watched() {
    List<WatchedCounter> all = new ArrayList<>();
    counters.forEach((name, counter) ->
        all.add(new WatchedCounter(counter, name, counters.description(name), reason(name))));
    return List.copyOf(all);
  }

  private static String reason(String name) {
    return name.startsWith(OWN) ? IpLayer.dropReason(name.substring(OWN.length())) : "";
  }

  private void clear(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    words.end();
    for (int i = 0; i < queries.count(); i++) {
      int worker = i;
      boolean _ = queries.order(worker, () -> {
        traces.worker(worker).close();
        return true;
      });
    }
    output.line("nothing is traced any more");
  }

  // ---- Telling.

  private void show(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    int max = words.take(MAX) ? words.number("a number of packets", 1, MAX_SHOWN) : MAX_SHOWN;
    words.end();
    TraceReader reader = new TraceReader(traces, this::name);
    List<TracedPacket> packets = new ArrayList<>();
    long missed = 0;
    boolean open = false;
    for (int i = 0; i < queries.count(); i++) {
      int worker = i;
      Optional<TraceCopy> copy = queries.ask(worker, () -> Optional.ofNullable(traces.worker(worker).copy()));
      open |= copy.isPresent();
      missed += copy.map(TraceCopy::missed).orElse(0L);
      copy.map(reader::read).ifPresent(packets::addAll);
    }
    if (!open) {
      output.line("nothing is traced; 'trace add COUNT' traces the next packets");
    }
    // Stable: packets of one turn of a worker stay in their order.
    packets.sort(Comparator.comparingLong(TracedPacket::afterNs));
    table(packets.subList(0, Math.min(max, packets.size())), output);
    output.value("packets_traced", packets.size());
    output.value("packets_missed", missed);
  }

  private String name(int index) {
    NetInterface found = network.snapshot().byIndex(index);
    return found == null ? "interface " + index + ", which is no more" : found.name();
  }

  private void table(List<TracedPacket> packets, ConsoleOutput output) {
    output.table("steps", Column.of("Packet", -6), new Column("Time us", "time_us", -10), Column.of("Worker", -6),
        Column.of("Interface", 12), Column.of("Direction", 9), Column.of("Step"));
    int number = 0;
    for (TracedPacket packet : packets) {
      number++;
      for (String step : packet.steps()) {
        output.row(number, packet.afterNs() / NS_PER_US, packet.worker(), name(packet.interfaceIndex()),
            packet.sent() ? TX : RX, step);
      }
    }
  }
}

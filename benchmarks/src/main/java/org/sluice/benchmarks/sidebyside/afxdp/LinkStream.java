package org.sluice.benchmarks.sidebyside.afxdp;

import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.sluice.benchmarks.sidebyside.harness.StuckException;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

/** A stream from one end of a pair of virtual interfaces to the other. */
public final class LinkStream implements Contender {
  private static final int PORT = 5001;
  private static final long TIMEOUT_NS = 30_000_000_000L;

  /** Who is at an end. */
  public enum Who {
    /** The stack, on AF_XDP. */
    SLUICE,
    /** The kernel, by NIO. */
    KERNEL
  }

  private final Link link;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<CardHost> hosts;
  private final End writer;
  private final End reader;

  LinkStream(Who from, Who to, Link link) throws Exception {
    this.link = link;
    CardHost fromHost = from == Who.SLUICE ? new CardHost(link, 0, CardHost.LONG_RING) : null;
    CardHost toHost = to == Who.SLUICE ? new CardHost(link, 1, CardHost.LONG_RING) : null;
    String address = to == Who.SLUICE ? Link.stackAddress(1) : Link.kernelAddress(1);
    String uri = "tcp://" + address + ":" + PORT;
    InetSocketAddress place = new InetSocketAddress(address, PORT);
    StackEnd listening = toHost == null ? null : new StackEnd(toHost).listen(uri);
    ServerSocketChannel server =
        toHost == null ? link.in(1, () -> ServerSocketChannel.open().bind(place)) : null;
    if (fromHost != null) {
      StackEnd connecting = new StackEnd(fromHost).connect(uri);
      connecting.awaitOpen();
      writer = connecting;
    } else {
      writer = new KernelEnd(link.in(0, () -> SocketChannel.open(place)), true);
    }
    if (listening != null) {
      listening.awaitOpen();
      reader = listening;
    } else {
      try (ServerSocketChannel accepting = server) {
        reader = new KernelEnd(accepting.accept(), false);
      }
    }
    hosts = Stream.of(fromHost, toHost).filter(Objects::nonNull).toList();
    opened.add(writer);
    opened.add(reader);
    opened.addAll(hosts);
    opened.add(link);
  }

  static LinkStream open(Who from, Who to, int mtuBytes, boolean offloads) throws Exception {
    return new LinkStream(from, to, Link.direct(mtuBytes, offloads));
  }

  /**
   * Makes contenders.
   *
   * @param from who writes
   * @param to who reads
   * @param mtuBytes of the interfaces
   * @param offloads whether the kernel has its offloads
   * @return opens such a contender
   */
  public static Contender.Opener of(Who from, Who to, int mtuBytes, boolean offloads) {
    return () -> open(from, to, mtuBytes, offloads);
  }

  End writer() {
    return writer;
  }

  End reader() {
    return reader;
  }

  private long allocatedBytes() {
    return hosts.stream().mapToLong(CardHost::allocatedBytes).sum();
  }

  boolean isFromStack() {
    return writer instanceof StackEnd;
  }

  /** The processor time of the thread that writes so far. */
  long writerCpuNs() {
    return writer instanceof KernelEnd kernel ? kernel.cpuNs() : hosts.getFirst().cpuNs();
  }

  /** As much of it as a stack's worker was not in the kernel. */
  long writerUserNs() {
    return hosts.getFirst().userNs();
  }

  @Override
  public Reading run(long nanos) throws Exception {
    long before = reader.taken();
    long allocatedBefore = allocatedBytes();
    long startNs = System.nanoTime();
    writer.begin();
    Thread.sleep(nanos / 1_000_000);
    long written = writer.stop();
    while (reader.taken() < written) {
      if (System.nanoTime() - startNs > TIMEOUT_NS) {
        throw new StuckException(new IllegalStateException(
            "of " + written + " bytes " + (written - reader.taken()) + " have not come"));
      }
      Thread.sleep(0, 50_000);
    }
    long elapsedNs = System.nanoTime() - startNs;
    if (reader.wrong() != 0) {
      throw new IllegalStateException("bytes have come that nobody sent");
    }
    long bytes = reader.taken() - before;
    long allocated = hosts.isEmpty() ? Reading.UNKNOWN : allocatedBytes() - allocatedBefore;
    return new Reading(Math.max(1, bytes / End.BLOCK_BYTES), bytes, elapsedNs, allocated, null);
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }
}

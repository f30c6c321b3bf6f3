package org.sluice.benchmarks.sidebyside.afxdp;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.stream.IntStream;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.benchmarks.sidebyside.peers.SocketPair;
import org.sluice.benchmarks.sidebyside.peers.SocketRoundTrip;
import org.sluice.benchmarks.sidebyside.peers.TcpConnects;

/** What the kernel does at both ends, by sockets of NIO on two threads, each on its processor. */
public final class KernelContender implements Contender {
  private static final int MTU_BYTES = 1500;
  private static final int PORT = 7;
  private static final int PORTS = 16;
  /** So few that they take none of the ports that are looked for; ours are gone after 20 ms. */
  private static final String MOST_IN_TIME_WAIT = "1024";

  private final Link link;
  private final TwoThreads threads;
  private final Contender work;

  /** Makes what is done. */
  @FunctionalInterface
  private interface Work {
    Contender open(Link link, TwoThreads threads) throws Exception;
  }

  private KernelContender(Work work) throws Exception {
    link = Link.direct(MTU_BYTES, false);
    threads = link.threads();
    this.work = work.open(link, threads);
  }

  /**
   * One connection, whose ends look again and again until something is there.
   *
   * @return opens such a contender
   */
  public static Opener roundTrips() {
    return () -> new KernelContender(
        (link, threads) -> SocketRoundTrip.over(() -> connected(link)).exchanging(threads).open());
  }

  /**
   * Many connections, each end with a selector that does not sleep either.
   *
   * @param connections how many
   * @return opens such a contender
   */
  public static Opener requests(int connections) {
    return () -> new KernelContender((link, threads) -> new SelectorRequests(threads, place(PORT), connections));
  }

  /**
   * Connections opened and closed.
   *
   * @param outstanding how many at a time
   * @return opens such a contender
   */
  public static Opener connects(int outstanding) {
    List<SocketAddress> places = IntStream.range(0, PORTS).mapToObj(i -> place(PORT + i)).toList();
    return () -> new KernelContender((link, threads) -> {
      link.end(0).namespace().sysctl("net/ipv4/tcp_max_tw_buckets", MOST_IN_TIME_WAIT);
      return TcpConnects.to(threads, places, outstanding);
    });
  }

  private static SocketAddress place(int port) {
    return new InetSocketAddress(Link.kernelAddress(1), port);
  }

  private static SocketPair connected(Link link) throws Exception {
    try (ServerSocketChannel listener = link.in(1, () -> ServerSocketChannel.open().bind(place(PORT)))) {
      SocketChannel client = link.in(0, () -> SocketChannel.open(place(PORT)));
      return SocketPair.polled(client, listener.accept());
    }
  }

  @Override
  public Reading run(long nanos) throws Exception {
    return work.run(nanos);
  }

  @Override
  public void close() throws Exception {
    work.close();
    threads.close();
    link.close();
  }
}

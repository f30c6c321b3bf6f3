package org.sluice.benchmarks.sidebyside.afxdp;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.benchmarks.sidebyside.peers.SocketPair;
import org.sluice.benchmarks.sidebyside.peers.SocketRoundTrip;

public final class KernelRequests {
  public static Contender.Opener over(int connections) {
    return () -> {
      VethPair link = new VethPair(1500, false);
      TwoThreads threads = new TwoThreads();
      return SocketRoundTrip.over(() -> connect(link)).exchanging(threads).open();
    };
  }

  static SocketPair connect(VethPair link) throws Exception {
    SocketAddress place = new InetSocketAddress(VethPair.KERNEL_ADDRESSES[1], 7);
    try (ServerSocketChannel listener = link.in(1, () -> ServerSocketChannel.open().bind(place))) {
      SocketChannel client = link.in(0, () -> SocketChannel.open(place));
      return SocketPair.polled(client, listener.accept());
    }
  }
}

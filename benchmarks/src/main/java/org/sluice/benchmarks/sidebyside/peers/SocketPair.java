package org.sluice.benchmarks.sidebyside.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/** Two connected sockets of the kernel. */
public final class SocketPair implements AutoCloseable {
  final SocketChannel client;
  final SocketChannel server;

  private SocketPair(SocketChannel client, SocketChannel server) {
    this.client = client;
    this.server = server;
  }

  /**
   * Of sockets that are connected already, which are polled from now on.
   *
   * @param client that sends first
   * @param server the other one
   * @return the pair, which closes them
   * @throws IOException when it is closed already
   */
  public static SocketPair polled(SocketChannel client, SocketChannel server) throws IOException {
    SocketPair pair = new SocketPair(client, server);
    for (SocketChannel one : List.of(client, server)) {
      one.configureBlocking(false);
      one.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    return pair;
  }

  /** Over the loopback interface. */
  static SocketPair tcp(boolean blocking) throws IOException {
    SocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SocketPair pair = connect(StandardProtocolFamily.INET, any, blocking);
    pair.client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    pair.server.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return pair;
  }

  /** In the domain of files. */
  static SocketPair unix(boolean blocking) throws IOException {
    Path folder = Files.createTempDirectory("sluice-benchmarks");
    Path file = folder.resolve("socket");
    try {
      return connect(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(file), blocking);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static SocketPair connect(ProtocolFamily family, SocketAddress address, boolean blocking)
      throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(family)) {
      // The kernel keeps half of the room on each side, and doubles what it is asked for to account for its own data.
      listener.setOption(StandardSocketOptions.SO_RCVBUF, Traffic.CAPACITY_BYTES / 2);
      listener.bind(address);
      SocketChannel client = SocketChannel.open(family);
      client.setOption(StandardSocketOptions.SO_SNDBUF, Traffic.CAPACITY_BYTES / 2);
      client.connect(listener.getLocalAddress());
      SocketPair pair = new SocketPair(client, listener.accept());
      pair.client.configureBlocking(blocking);
      pair.server.configureBlocking(blocking);
      return pair;
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}

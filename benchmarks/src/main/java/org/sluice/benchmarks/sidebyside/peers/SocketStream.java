package org.sluice.benchmarks.sidebyside.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.sluice.benchmarks.sidebyside.harness.Intake;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/** A socket of the kernel, polled. Each message is one call, unless the kernel takes only a part of it. */
public final class SocketStream implements StreamPeer {
  private final SocketPair sockets;
  private final ByteBuffer message;
  private final ByteBuffer target;
  private final Intake intake;

  private SocketStream(SocketPair sockets, Traffic traffic) {
    this.sockets = sockets;
    message = traffic.source().asSlice(0, traffic.messageBytes()).asByteBuffer();
    intake = traffic.intake();
    target = intake.target().asByteBuffer();
  }

  /**
   * Over the loopback interface.
   *
   * @param traffic what it carries
   * @return the stream
   * @throws IOException when there is none
   */
  public static StreamPeer tcp(Traffic traffic) throws IOException {
    return new SocketStream(SocketPair.tcp(false), traffic);
  }

  /**
   * In the domain of files.
   *
   * @param traffic what it carries
   * @return the stream
   * @throws IOException when there is none
   */
  public static StreamPeer unix(Traffic traffic) throws IOException {
    return new SocketStream(SocketPair.unix(false), traffic);
  }

  @Override
  public long write(int messages) throws IOException {
    long bytes = 0;
    for (int i = 0; i < messages; i++) {
      bytes += sockets.client.write(message);
      if (message.hasRemaining()) {
        return bytes;
      }
      message.clear();
    }
    return bytes;
  }

  @Override
  public long read() throws IOException {
    target.clear();
    int bytes = sockets.server.read(target);
    if (bytes < 0) {
      throw new IOException("the writer has closed");
    }
    if (bytes > 0) {
      intake.copied(bytes);
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    sockets.close();
  }
}

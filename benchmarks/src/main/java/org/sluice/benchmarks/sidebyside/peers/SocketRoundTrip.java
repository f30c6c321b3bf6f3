package org.sluice.benchmarks.sidebyside.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import org.sluice.benchmarks.sidebyside.harness.Letters;
import org.sluice.benchmarks.sidebyside.harness.RoundTripPeer;

/** A pair of the kernel's sockets, polled or blocking. */
public final class SocketRoundTrip implements RoundTripPeer {
  private final SocketPair sockets;
  private final Letters letters;
  private final ByteBuffer request;
  private final ByteBuffer servedIn;
  private final ByteBuffer servedOut;
  private final ByteBuffer reply;

  private SocketRoundTrip(SocketPair sockets, Letters letters) {
    this.sockets = sockets;
    this.letters = letters;
    request = letters.request().asByteBuffer();
    servedIn = letters.served().asByteBuffer();
    servedOut = letters.served().asByteBuffer();
    reply = letters.reply().asByteBuffer();
  }

  /**
   * Over the loopback interface.
   *
   * @param blocking whether reads sleep; otherwise they spin
   * @return makes such pairs
   */
  public static RoundTripPeer.Factory tcp(boolean blocking) {
    return letters -> new SocketRoundTrip(SocketPair.tcp(blocking), letters);
  }

  /**
   * Over sockets that somebody else connects.
   *
   * @param connected makes them, polled
   * @return makes such pairs
   */
  public static RoundTripPeer.Factory over(Callable<SocketPair> connected) {
    return letters -> new SocketRoundTrip(connected.call(), letters);
  }

  /**
   * In the domain of files.
   *
   * @param blocking whether reads sleep; otherwise they spin
   * @return makes such pairs
   */
  public static RoundTripPeer.Factory unix(boolean blocking) {
    return letters -> new SocketRoundTrip(SocketPair.unix(blocking), letters);
  }

  @Override
  public void exchange(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      letters.next();
      send(sockets.client, request);
      receive(sockets.client, reply);
      letters.check();
    }
  }

  @Override
  public void serve() throws IOException {
    do {
      receive(sockets.server, servedIn);
      send(sockets.server, servedOut);
    } while (!letters.isLastServed());
  }

  private static void send(SocketChannel socket, ByteBuffer message) throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      if (socket.write(message) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  private static void receive(SocketChannel socket, ByteBuffer message) throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      int bytes = socket.read(message);
      if (bytes < 0) {
        throw new IOException("the peer has closed");
      }
      if (bytes == 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() throws IOException {
    sockets.close();
  }
}

package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.TransportConnection;

/**
 * ICMP errors about what was sent (RFC 5927). One counts only when the sequence number that it quotes is in flight, and
 * even then it ends no established connection: it ends a connect, or makes segments smaller. One per worker; an error
 * that comes to another worker than its connection's is sent there as a message.
 */
final class TcpErrors {
  /** What every host takes in one piece (RFC 791 and RFC 8200, but for IPv4 with room for options, as others do). */
  private static final int MIN_MTU_IP4 = 552;
  private static final int MIN_MTU_IP6 = 1280;

  /** What a message to another worker is about. */
  private static final int SOFT = 0;
  private static final int TOO_BIG = 1;

  private final TcpWorker home;
  private final MessagePort port;
  private final FlowKey key = new FlowKey();
  private final LookupResult found = new LookupResult();

  /**
   * The errors of one worker.
   *
   * @param port leads to {@link #onMessage} of the worker it is sent to
   */
  TcpErrors(TcpWorker home, MessagePort port) {
    this.home = home;
    this.port = port;
  }

  /** Serves an error that came to this worker. */
  void onError(IcmpError error) {
    home.counters.icmpErrors.increment(home.index);
    key.local(error.local().high(), error.local().low(), error.localPort());
    key.remote(error.remote().high(), error.remote().low(), error.remotePort());
    key.scope(home.protocolId(), error.table());
    home.sessions.lookup(key, found);
    switch (found.kind()) {
      case SESSION -> established(found.handle(), what(error), error.sequence(), error.mtuBytes());
      case OTHER_WORKER -> {
        long argument = (long) error.sequence() << 32 | Integer.toUnsignedLong(error.mtuBytes());
        if (!port.send(Handle.worker(found.handle()), what(error), found.handle(), argument)) {
          home.counters.dropOtherWorker.increment(home.index);
        }
      }
      case HALF_OPEN -> home.connect.onError(home, error, found.handle());
      default -> home.counters.icmpIgnored.increment(home.index);
    }
  }

  private static int what(IcmpError error) {
    return error.kind() == IcmpError.Kind.PACKET_TOO_BIG ? TOO_BIG : SOFT;
  }

  /** Serves an error that came to another worker. */
  void onMessage(int what, long session, long argument) {
    established(session, what, (int) (argument >>> 32), (int) argument);
  }

  private void established(long session, int what, int sequence, int mtuBytes) {
    TransportConnection connection = home.sessions.connection(session);
    if (!(connection instanceof TcpConnection c) || c.state == TcpState.CLOSED
        || SequenceNumbers.before(sequence, c.sndUna) || !SequenceNumbers.before(sequence, c.sndNxt)) {
      home.counters.icmpIgnored.increment(home.index);
    } else if (what == TOO_BIG) {
      home.counters.icmpTooBig.increment(home.index);
      // It never makes them larger, and not smaller than anybody needs them to be.
      home.onPathMtu(c, Math.max(mtuBytes, c.isIp4() ? MIN_MTU_IP4 : MIN_MTU_IP6));
      IpAddress local = new IpAddress(c.localHigh(), c.localLow());
      IpAddress remote = new IpAddress(c.remoteHigh(), c.remoteLow());
      home.network.learnPathMtu(new IcmpError(IcmpError.Kind.PACKET_TOO_BIG, local, remote, c.localPort(),
          c.remotePort(), sequence, mtuBytes, c.table()));
    } else {
      // The network may mend itself; if it does not, the connection times out (RFC 5927 section 5.2).
      home.counters.icmpSoft.increment(home.index);
    }
  }
}

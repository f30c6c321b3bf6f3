package org.sluice.plugin.tcp;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.PacketTrace;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.TransportConnection;

/**
 * What TCP adds to the trace of a worker's packets: whom a segment was for, the state of its flow before and after, and
 * what came of it. One per worker; does nothing while nothing is traced.
 */
final class TcpTrace {
  private static final int LOOKUP = 0;
  private static final int STATE = 1;
  private static final int DATA = 2;

  // What follows at the end of the burst.
  private static final int TOLD = 1;
  private static final int ACK = 1 << 1;
  private static final int LATER = 1 << 2;

  private static final List<TcpState> STATES = List.of(TcpState.values());
  private static final List<LookupResult.Kind> KINDS = List.of(LookupResult.Kind.values());

  // Where no connection has a state.
  private static final int NO_STATE = -1;
  private static final int LISTEN = -2;
  private static final int SYN_RECEIVED = -3;
  private static final int TIME_WAIT = -4;

  private final TcpWorker home;
  private final PacketTrace trace;
  private final FlowKey key = new FlowKey();
  private final LookupResult found = new LookupResult();
  private @Nullable TcpConnection connection;
  private int before;
  private long bytesBefore;

  TcpTrace(TcpWorker home) {
    this.home = home;
    trace = home.network.trace(home.worker, TcpTrace::text);
  }

  boolean isOpen() {
    return trace.isOpen();
  }

  /** Packets of another worker. */
  void arrived(PacketBatch batch, int interfaceIndex) {
    trace.arrived(batch, interfaceIndex);
  }

  void begin(PacketBatch batch, int i) {
    trace.begin(batch, i);
  }

  void end() {
    trace.end();
  }

  /** A segment is about to be served. */
  void before(PacketBatch batch, int i, TcpSegment s) {
    s.flow(key, home.protocolId());
    before = look(s);
    bytesBefore = home.counters.bytesIn.value(home.index);
    trace.step(batch, i, LOOKUP, KINDS.indexOf(found.kind()), found.handle(), 0, 0);
  }

  /** It was served. */
  void after(PacketBatch batch, int i, TcpSegment s) {
    if (found.kind() == LookupResult.Kind.OTHER_WORKER) {
      return;
    }
    TcpConnection served = connection;
    int now = served == null ? look(s) : STATES.indexOf(served.state);
    trace.step(batch, i, STATE, before, now, 0, 0);
    TcpConnection c = connection;
    if (c != null && c.state != TcpState.CLOSED) {
      long bytes = home.counters.bytesIn.value(home.index) - bytesBefore;
      int follows = (c.is(TcpConnection.NOTIFY) ? TOLD : 0)
          | (c.is(TcpConnection.ACK_NOW) || c.unackedSegments > 1 ? ACK : c.unackedSegments > 0 ? LATER : 0);
      if (bytes > 0 || follows != 0) {
        trace.step(batch, i, DATA, bytes, follows, 0, 0);
      }
    }
  }

  /** Whom a segment is for now; returns the state of its flow. */
  private int look(TcpSegment s) {
    connection = null;
    home.sessions.lookup(key, found);
    return switch (found.kind()) {
      case SESSION -> session(home.sessions.connection(found.handle()));
      case HALF_OPEN -> STATES.indexOf(TcpState.SYN_SENT);
      case LISTENER -> home.listen.find(s) == null ? waiting(s, LISTEN) : SYN_RECEIVED;
      default -> waiting(s, NO_STATE);
    };
  }

  private int session(@Nullable TransportConnection of) {
    connection = of instanceof TcpConnection c ? c : null;
    return connection == null ? NO_STATE : STATES.indexOf(connection.state);
  }

  private int waiting(TcpSegment s, int otherwise) {
    return home.timeWait.holds(s) ? TIME_WAIT : otherwise;
  }

  /** A connection's packets are sent next. */
  void sender(TcpConnection c, PacketBatch batch) {
    if (trace.isOpen()) {
      trace.sender(batch, c.sessionHandle());
    }
  }

  // ---- In words.

  private static String text(int kind, long a, long b, long c, long d) {
    return switch (kind) {
      case LOOKUP -> "lookup: " + found(KINDS.get((int) a), b);
      case STATE -> "tcp state " + state((int) a) + (a == b ? "" : " -> " + state((int) b));
      case DATA -> data(a, (int) b);
      default -> "tcp step " + kind;
    };
  }

  private static String state(int code) {
    return switch (code) {
      case NO_STATE -> "none";
      case LISTEN -> "LISTEN";
      case SYN_RECEIVED -> "SYN_RECEIVED";
      case TIME_WAIT -> "TIME_WAIT";
      default -> STATES.get(code).name();
    };
  }

  private static String found(LookupResult.Kind kind, long handle) {
    return switch (kind) {
      case NONE -> "nobody";
      case DROP -> "a rule refuses it";
      case SESSION -> "session " + Handle.text(handle);
      case OTHER_WORKER -> "session " + Handle.text(handle) + ", to whose worker it goes";
      case HALF_OPEN -> "half-open session " + Handle.text(handle);
      case LISTENER -> "listener " + Handle.text(handle);
      case APPLICATION -> "application " + Handle.text(handle);
    };
  }

  private static String data(long bytes, int follows) {
    StringBuilder text = new StringBuilder("enqueued ").append(bytes).append(" bytes");
    String separator = "; at the end of the burst: ";
    if ((follows & TOLD) != 0) {
      text.append(separator).append("event READABLE");
      separator = ", ";
    }
    if ((follows & (ACK | LATER)) != 0) {
      text.append(separator).append((follows & ACK) != 0 ? "acknowledgement" : "delayed acknowledgement");
    }
    return text.toString();
  }
}

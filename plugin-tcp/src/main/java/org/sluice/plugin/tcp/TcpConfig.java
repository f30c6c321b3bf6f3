package org.sluice.plugin.tcp;

import java.time.Duration;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/**
 * The plugin's settings; their meaning stands in {@code reference.conf}. Times are nanoseconds.
 *
 * @param maxConnections connections of one worker
 * @param synBacklog handshakes of one worker that peers have begun
 * @param maxTimeWait entries in TIME_WAIT of one worker
 * @param maxPaths paths of one worker that are kept without connections
 * @param maxSegmentsInFlight records of what a connection has sent, a power of two
 * @param idleSenders what of the state for sending one worker keeps for the next connection that sends
 * @param maxReceiveWindowBytes what the window scale is chosen for
 * @param receiveWindowTuning whether rx FIFOs become larger for peers that could send more
 * @param synWindowBytes the window of a SYN, which is sent before there is a FIFO
 * @param initialWindowSegments of the congestion window
 * @param congestion the name of the congestion control of new connections
 * @param pacing whether a window is spread over its round trip
 * @param ecn whether explicit congestion notification is used
 * @param nagle whether small segments wait for acknowledgements
 * @param delayedAckNs how long an acknowledgement may wait
 * @param rtoInitialNs before the first sample
 * @param rtoMinNs the least retransmission timeout
 * @param rtoMaxNs the most
 * @param connectTimeoutNs until a connect fails
 * @param synAckRetries retransmissions of a SYN-ACK
 * @param retransmitLimit timeouts in a row until a connection is given up
 * @param persistLimit window probes in a row without an answer until a connection is given up
 * @param finWait2Ns how long a closed connection waits for the peer's end
 * @param timeWaitNs how long a flow stays in TIME_WAIT
 * @param keepAliveNs idle time before the first probe, 0 for never
 * @param keepAliveIntervalNs between probes
 * @param keepAliveProbes without an answer until a connection is given up
 * @param congestion the name of the algorithm for new connections
 * @param synCookies when SYNs are answered without being remembered
 * @param maxChallengeAcks challenge acknowledgements of the stack per second
 * @param maxHandOver segments on their way from one worker to another
 */
record TcpConfig(
    int maxConnections,
    int synBacklog,
    int maxTimeWait,
    int maxPaths,
    int maxSegmentsInFlight,
    int idleSenders,
    int maxReceiveWindowBytes,
    boolean receiveWindowTuning,
    int synWindowBytes,
    int initialWindowSegments,
    String congestion,
    boolean pacing,
    Ecn ecn,
    boolean nagle,
    long delayedAckNs,
    long rtoInitialNs,
    long rtoMinNs,
    long rtoMaxNs,
    long connectTimeoutNs,
    int synAckRetries,
    int retransmitLimit,
    int persistLimit,
    long finWait2Ns,
    long timeWaitNs,
    long keepAliveNs,
    long keepAliveIntervalNs,
    int keepAliveProbes,
    SynCookieMode synCookies,
    int maxChallengeAcks,
    int maxHandOver) {
  static final int MAX_SYN_ACK_RETRIES = 16;

  /** When ECN is used. */
  enum Ecn {
    /** Never. */
    OFF,
    /** When the peer asks for it. */
    ACCEPT,
    /** Asked for, too. */
    REQUEST
  }

  private static final int MAX_SCALE = 14;
  private static final int MAX_UNSCALED = 0xffff;

  /**
   * Reads the settings.
   *
   * @throws ConfigurationException for a value out of its range; the message names the key and the range
   */
  static TcpConfig of(Configuration from) {
    TcpConfig read = new TcpConfig(
        whole(from, "limit.connections", 1, 1 << 24),
        whole(from, "limit.syn-backlog", 1, 1 << 20),
        whole(from, "limit.time-wait", 0, 1 << 24),
        whole(from, "limit.idle-paths", 0, 1 << 20),
        Integer.highestOneBit(whole(from, "limit.segments-in-flight", 64, 1 << 20)),
        whole(from, "limit.idle-senders", 0, 1 << 20),
        bytes(from, "max-receive-window", 1, MAX_UNSCALED << MAX_SCALE),
        from.flag("receive-window-tuning"),
        bytes(from, "syn-window", 1, MAX_UNSCALED),
        whole(from, "initial-window", 1, 100),
        from.text("congestion"),
        from.flag("pacing"),
        ecn(from),
        from.flag("nagle"),
        time(from, "delayed-ack", Duration.ZERO, Duration.ofMillis(500)),
        time(from, "rto.initial", Duration.ofMillis(1), Duration.ofMinutes(1)),
        time(from, "rto.min", Duration.ofMillis(1), Duration.ofMinutes(1)),
        time(from, "rto.max", Duration.ofSeconds(1), Duration.ofHours(1)),
        time(from, "connect-timeout", Duration.ofSeconds(1), Duration.ofHours(1)),
        whole(from, "syn-ack-retries", 0, MAX_SYN_ACK_RETRIES),
        whole(from, "retransmit-limit", 1, 32),
        whole(from, "persist-limit", 1, 32),
        time(from, "fin-wait-2", Duration.ofMillis(1), Duration.ofHours(1)),
        time(from, "time-wait", Duration.ofMillis(1), Duration.ofHours(1)),
        time(from, "keep-alive.idle", Duration.ZERO, Duration.ofDays(1)),
        time(from, "keep-alive.interval", Duration.ofMillis(1), Duration.ofDays(1)),
        whole(from, "keep-alive.probes", 1, 100),
        SynCookieMode.of("syn-cookies", from.text("syn-cookies")),
        whole(from, "limit.challenge-acks", 1, 1 << 20),
        whole(from, "limit.hand-over", 1, 1 << 16));
    if (read.rtoMinNs > read.rtoMaxNs) {
      throw new ConfigurationException("rto.min is above rto.max: no retransmission timeout is between them");
    }
    return read;
  }

  /** The shift that lets the window field say {@link #maxReceiveWindowBytes} (RFC 7323 section 2.2). */
  int windowScale() {
    int scale = 0;
    while (scale < MAX_SCALE && MAX_UNSCALED + 1 << scale < maxReceiveWindowBytes) {
      scale++;
    }
    return scale;
  }

  private static Ecn ecn(Configuration from) {
    String value = from.text("ecn");
    return switch (value) {
      case "off" -> Ecn.OFF;
      case "accept" -> Ecn.ACCEPT;
      case "request" -> Ecn.REQUEST;
      default -> throw new ConfigurationException("ecn is " + value + ", but must be off, accept or request");
    };
  }

  /** The challenge acknowledgements of one of the workers that receive. */
  int challengeAcksOfWorker(int receivingWorkers) {
    return Math.max(1, maxChallengeAcks / receivingWorkers);
  }

  private static int whole(Configuration from, String key, int least, int most) {
    return checked(key, from.number(key), least, most);
  }

  private static int bytes(Configuration from, String key, int least, int most) {
    return checked(key, from.bytes(key), least, most);
  }

  private static int checked(String key, long value, int least, int most) {
    if (value < least || value > most) {
      throw new ConfigurationException(key + " is " + value + ", but must be " + least + " to " + most);
    }
    return (int) value;
  }

  private static long time(Configuration from, String key, Duration least, Duration most) {
    Duration value = from.duration(key);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new ConfigurationException(key + " is " + value + ", but must be " + least + " to " + most);
    }
    return value.toNanos();
  }
}

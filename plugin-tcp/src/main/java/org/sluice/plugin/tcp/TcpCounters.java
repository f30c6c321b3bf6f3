package org.sluice.plugin.tcp;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** The counters of the plugin: a name for each drop, each limit and each event that an operator asks for. */
final class TcpCounters {
  final Counter segmentsIn;
  final Counter segmentsOut;
  final Counter bytesIn;
  final Counter bytesOut;
  final Counter retransmitted;
  final Counter timeouts;
  final Counter fastRecoveries;
  final Counter tailProbes;
  final Counter spurious;
  final Counter reneged;
  final Counter dsacksIn;
  final Counter ecnMarks;
  final Counter ecnReductions;
  final Counter aborts;
  final Counter faultAborts;
  final Counter persistAborts;
  final Counter keepAliveAborts;
  final Counter connectTimeouts;
  final Counter synAckTimeouts;
  final Counter finWait2Timeouts;
  final Counter resetsIn;
  final Counter resetsOut;
  final Counter resetsUnread;
  final Counter challengeAcks;
  final Counter limitChallengeAcks;
  final Cookies cookies;
  final Counter icmpErrors;
  final Counter icmpIgnored;
  final Counter icmpSoft;
  final Counter icmpConnects;
  final Counter icmpTooBig;
  final Counter handedOver;
  final Counter limitHandOver;
  final Counter chained;
  final Counter outOfOrder;
  final Windows windows;
  final Counter accepted;
  final Counter connected;
  final Counter timeWaits;
  final Counter noFrames;
  final Counter noPath;
  final Counter limitConnections;
  final Counter limitBacklog;
  final Counter limitTimeWait;
  final Counter limitSegments;
  final Counter dropMalformed;
  final Counter dropChained;
  final Counter dropChecksum;
  final Counter dropAddress;
  final Counter dropFiltered;
  final Counter dropOtherWorker;
  final Counter dropPaws;
  final Counter dropNoTimestamp;
  final Counter dropOutOfWindow;
  final Counter dropBadAck;
  final Counter dropNoAck;
  final Counter dropNoRoom;
  final Counter dropUnexpected;

  /** Of handshakes that are kept in the SYN-ACK. */
  record Cookies(Counter sent, Counter accepted, Counter invalid) {
    private static Cookies of(Counters counters) {
      return new Cookies(
          counters.counter("cookies.sent", "SYNs answered without being remembered"),
          counters.counter("cookies.accepted", "Handshakes finished by a SYN cookie that came back"),
          counters.counter("cookies.invalid", "Acknowledgements of no handshake, nor of a SYN cookie"));
    }
  }

  /** Of receive windows that should grow. */
  record Windows(Counter grown, Counter limited) {
    private static Windows of(Counters counters) {
      return new Windows(
          counters.counter("windows.grown", "Rx FIFOs made larger for peers that could send more"),
          counters.counter("limit.receive-window",
              "Round trips after which a receive window did not grow as it should, for its limits"));
    }
  }

  TcpCounters(Counters counters) {
    segmentsIn = counters.counter("segments.in", "Segments received, bad ones included");
    segmentsOut = counters.counter("segments.out", "Segments sent, retransmissions included");
    bytesIn = counters.counter("bytes.in", "Payload given to sessions");
    bytesOut = counters.counter("bytes.out", "Payload sent for the first time");
    retransmitted = counters.counter("retransmitted", "Segments sent again");
    timeouts = counters.counter("timeouts", "Expired retransmission timers of established connections");
    fastRecoveries = counters.counter("fast-recoveries", "Losses found by acknowledgements");
    tailProbes = counters.counter("tail-probes", "Segments sent to learn whether the end of a flight was lost");
    spurious = counters.counter("spurious", "Recoveries that were undone because nothing had been lost");
    reneged = counters.counter("reneged", "Timeouts at which the peer had thrown away what it had SACKed");
    dsacksIn = counters.counter("dsacks.in", "Acknowledgements that report a duplicate");
    ecnMarks = counters.counter("ecn.marks", "Segments that routers had marked");
    ecnReductions = counters.counter("ecn.reductions", "Windows reduced because the peer had seen a mark");
    aborts = counters.counter("aborts.retransmit", "Connections given up after too many timeouts");
    faultAborts = counters.counter("aborts.fault", "Connections given up because something was thrown over them");
    persistAborts = counters.counter("aborts.persist", "Connections given up because window probes went unanswered");
    keepAliveAborts = counters.counter("aborts.keep-alive", "Connections given up because the peer was silent");
    connectTimeouts = counters.counter("connect.timeouts", "Connects that nobody answered");
    synAckTimeouts = counters.counter("listen.timeouts", "Handshakes of peers that were not finished");
    finWait2Timeouts = counters.counter("fin-wait-2.timeouts", "Closed connections whose peers did not end in time");
    resetsIn = counters.counter("resets.in", "Connections reset by the peer");
    resetsOut = counters.counter("resets.out", "Resets sent");
    resetsUnread = counters.counter("resets.unread", "Connections reset because data was closed unread");
    challengeAcks = counters.counter("challenge-acks", "Acknowledgements sent so that the peer proves itself");
    limitChallengeAcks = counters.counter("limit.challenge-acks", "Challenges not sent for their limit");
    cookies = Cookies.of(counters);
    icmpErrors = counters.counter("icmp.errors", "ICMP errors received about segments");
    icmpIgnored = counters.counter("icmp.ignored", "ICMP errors about nothing that is in flight");
    icmpSoft = counters.counter("icmp.soft", "ICMP errors about segments in flight that a connection outlives");
    icmpConnects = counters.counter("icmp.connects", "Connects that ended by an ICMP error");
    icmpTooBig = counters.counter("icmp.too-big", "ICMP errors that made a connection's segments smaller");
    handedOver = counters.counter("handed-over", "Segments given to the worker of their connection");
    limitHandOver = counters.counter("limit.hand-over", "Segments dropped on the way to another worker for its limit");
    chained = counters.counter("chained", "Segments put together from several frames");
    outOfOrder = counters.counter("out-of-order", "Segments kept that came before others");
    windows = Windows.of(counters);
    accepted = counters.counter("accepted", "Connections of peers that were established");
    connected = counters.counter("connected", "Own connects that were established");
    timeWaits = counters.counter("time-waits", "Connections that went into TIME_WAIT");
    noFrames = counters.counter("no-frames", "Segments not sent for want of frames");
    noPath = counters.counter("no-path", "Segments not sent for want of a path");
    limitConnections = counters.counter("limit.connections", "Connections refused for the limit of connections");
    limitBacklog = counters.counter("limit.syn-backlog", "SYNs that found no room among unfinished handshakes");
    limitTimeWait = counters.counter("limit.time-wait", "Connections that skipped TIME_WAIT for its limit");
    limitSegments = counters.counter("limit.segments-in-flight", "Bursts cut short by the limit of segments in flight");
    dropMalformed = counters.counter("drop.malformed", "Segments whose header or options cannot be");
    dropChained = counters.counter("drop.chained", "Segments whose frames did not all come");
    dropChecksum = counters.counter("drop.checksum", "Segments with a wrong checksum");
    dropAddress = counters.counter("drop.address", "Segments from or to an address or port that no flow can have");
    dropFiltered = counters.counter("drop.filtered", "Segments that a rule refuses");
    dropOtherWorker = counters.counter("drop.other-worker", "Segments that did not get to their worker");
    dropPaws = counters.counter("drop.paws", "Segments with an old timestamp");
    dropNoTimestamp = counters.counter("drop.no-timestamp", "Segments that lack the timestamp agreed upon");
    dropOutOfWindow = counters.counter("drop.window", "Segments outside of the receive window");
    dropBadAck = counters.counter("drop.ack", "Segments that acknowledge what was not sent, or long ago");
    dropNoAck = counters.counter("drop.no-ack", "Segments without acknowledgement in a synchronized state");
    dropNoRoom = counters.counter("drop.no-room", "Segments within the window whose data found no room");
    dropUnexpected = counters.counter("drop.unexpected", "Segments that make no sense in the state of their flow");
  }
}

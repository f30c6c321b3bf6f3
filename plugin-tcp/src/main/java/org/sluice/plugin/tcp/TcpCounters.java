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
  final Counter aborts;
  final Counter persistAborts;
  final Counter keepAliveAborts;
  final Counter connectTimeouts;
  final Counter synAckTimeouts;
  final Counter finWait2Timeouts;
  final Counter resetsIn;
  final Counter resetsOut;
  final Counter resetsUnread;
  final Counter challengeAcks;
  final Counter outOfOrder;
  final Counter accepted;
  final Counter connected;
  final Counter timeWaits;
  final Counter noFrames;
  final Counter noPath;
  final Counter limitConnections;
  final Counter limitBacklog;
  final Counter limitTimeWait;
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

  TcpCounters(Counters counters) {
    segmentsIn = counters.counter("segments.in", "Segments received, bad ones included");
    segmentsOut = counters.counter("segments.out", "Segments sent, retransmissions included");
    bytesIn = counters.counter("bytes.in", "Payload given to sessions");
    bytesOut = counters.counter("bytes.out", "Payload sent for the first time");
    retransmitted = counters.counter("retransmitted", "Segments sent again");
    timeouts = counters.counter("timeouts", "Expired retransmission timers of established connections");
    fastRecoveries = counters.counter("fast-recoveries", "Losses found by duplicate acknowledgements");
    aborts = counters.counter("aborts.retransmit", "Connections given up after too many timeouts");
    persistAborts = counters.counter("aborts.persist", "Connections given up because window probes went unanswered");
    keepAliveAborts = counters.counter("aborts.keep-alive", "Connections given up because the peer was silent");
    connectTimeouts = counters.counter("connect.timeouts", "Connects that nobody answered");
    synAckTimeouts = counters.counter("listen.timeouts", "Handshakes of peers that were not finished");
    finWait2Timeouts = counters.counter("fin-wait-2.timeouts", "Closed connections whose peers did not end in time");
    resetsIn = counters.counter("resets.in", "Connections reset by the peer");
    resetsOut = counters.counter("resets.out", "Resets sent");
    resetsUnread = counters.counter("resets.unread", "Connections reset because data was closed unread");
    challengeAcks = counters.counter("challenge-acks", "Acknowledgements sent so that the peer proves itself");
    outOfOrder = counters.counter("out-of-order", "Segments kept that came before others");
    accepted = counters.counter("accepted", "Connections of peers that were established");
    connected = counters.counter("connected", "Own connects that were established");
    timeWaits = counters.counter("time-waits", "Connections that went into TIME_WAIT");
    noFrames = counters.counter("no-frames", "Segments not sent for want of frames");
    noPath = counters.counter("no-path", "Segments not sent for want of a path");
    limitConnections = counters.counter("limit.connections", "Connections refused for the limit of connections");
    limitBacklog = counters.counter("limit.syn-backlog", "SYNs dropped for the limit of unfinished handshakes");
    limitTimeWait = counters.counter("limit.time-wait", "Connections that skipped TIME_WAIT for its limit");
    dropMalformed = counters.counter("drop.malformed", "Segments whose header or options cannot be");
    dropChained = counters.counter("drop.chained", "Segments spread over several frames");
    dropChecksum = counters.counter("drop.checksum", "Segments with a wrong checksum");
    dropAddress = counters.counter("drop.address", "Segments from or to an address or port that no flow can have");
    dropFiltered = counters.counter("drop.filtered", "Segments that a rule refuses");
    dropOtherWorker = counters.counter("drop.other-worker", "Segments that came to another worker than their flow's");
    dropPaws = counters.counter("drop.paws", "Segments with an old timestamp");
    dropNoTimestamp = counters.counter("drop.no-timestamp", "Segments that lack the timestamp agreed upon");
    dropOutOfWindow = counters.counter("drop.window", "Segments outside of the receive window");
    dropBadAck = counters.counter("drop.ack", "Segments that acknowledge what was not sent, or long ago");
    dropNoAck = counters.counter("drop.no-ack", "Segments without acknowledgement in a synchronized state");
    dropNoRoom = counters.counter("drop.no-room", "Segments within the window whose data found no room");
    dropUnexpected = counters.counter("drop.unexpected", "Segments that make no sense in the state of their flow");
  }
}

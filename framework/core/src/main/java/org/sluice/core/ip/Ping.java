package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

/** Asks one station for echoes and waits for them. Worker 0. */
final class Ping {
  /** In the place of the time that a request was sent: nobody waits for its answer. */
  private static final long SETTLED = Long.MIN_VALUE;

  private final PingRequest request;
  private final PingListener listener;
  private final int identifier;
  private final PathTable paths;
  private final Worker worker;
  private final Runnable ended;
  private final Timer timer;
  private final CompletableFuture<PingSummary> summary;
  private final PacketBatch packet = new PacketBatch(1);
  private final long[] sentNs;
  private int sent;
  private int settled;
  private int received;
  private long leastNs = Long.MAX_VALUE;
  private long sumNs;
  private long mostNs;

  Ping(PingRequest request, PingListener listener, int identifier, PathTable paths, Worker worker,
      CompletableFuture<PingSummary> summary, Runnable ended) {
    this.summary = summary;
    this.request = request;
    this.listener = listener;
    this.identifier = identifier;
    this.paths = paths;
    this.worker = worker;
    this.ended = ended;
    timer = worker.newTimer(nowNs -> onDeadline());
    sentNs = new long[request.count()];
    Arrays.fill(sentNs, SETTLED);
  }

  private void onDeadline() {
    if (sent < request.count() && !listener.isCancelled()) {
      sendNext();
    } else {
      end();
    }
  }

  void sendNext() {
    int sequence = sent++;
    sentNs[sequence] = worker.nowNs();
    timer.schedule(worker.nowNs() + (sent < request.count() ? request.intervalNs() : request.timeoutNs()));
    IpAddress remote = request.remote();
    IpAddress local = request.local();
    StackPath path = paths.acquire(remote.high(), remote.low(), local.high(), local.low(), request.table(),
        request.interfaceIndex(), 0, remote.isIp4() ? IcmpHeader.PROTOCOL_4 : IcmpHeader.PROTOCOL_6);
    if (path == null) {
      fail(sequence, SessionError.of(paths.lastError()).text());
      return;
    }
    boolean gone = send(path, sequence);
    path.release();
    if (!gone) {
      fail(sequence, "there is no frame, or the packet is larger than " + path.mtuBytes() + " bytes");
    }
  }

  private boolean send(StackPath path, int sequence) {
    int length = IcmpHeader.LENGTH + request.payloadBytes();
    if (length > path.mtuBytes() || path.allocate(packet, 1) == 0) {
      return false;
    }
    IpAddress remote = request.remote();
    MemorySegment m = packet.pool(0).memory();
    long at = packet.offset(0);
    boolean ip4 = remote.isIp4();
    m.asSlice(at + IcmpHeader.LENGTH, request.payloadBytes()).fill((byte) sequence);
    IcmpHeader.write(m, at, ip4 ? IcmpHeader.ECHO_REQUEST : IcmpHeader.ECHO_REQUEST_6, 0,
        identifier << Short.SIZE | sequence);
    IpAddress local = path.localAddress();
    IcmpHeader.fillChecksum(m, at, length, ip4 ? 0 : InternetChecksum.pseudo6(
        local.high(), local.low(), remote.high(), remote.low(), IcmpHeader.PROTOCOL_6, length));
    packet.bounds(0, at, length);
    return path.send(packet) == 1;
  }

  void onReply(int sequence, int bytes, int hops) {
    if (!settle(sequence)) {
      return;
    }
    long rttNs = worker.nowNs() - sentNs[sequence];
    sentNs[sequence] = SETTLED;
    received++;
    leastNs = Math.min(leastNs, rttNs);
    mostNs = Math.max(mostNs, rttNs);
    sumNs += rttNs;
    listener.onReply(sequence, bytes, hops, rttNs);
    endIfAllSettled();
  }

  void fail(int sequence, String why) {
    if (settle(sequence)) {
      sentNs[sequence] = SETTLED;
      listener.onFailure(sequence, why);
      endIfAllSettled();
    }
  }

  /** Whether an answer was waited for still. */
  private boolean settle(int sequence) {
    if (sequence >= sent || sentNs[sequence] == SETTLED || summary.isDone()) {
      return false;
    }
    settled++;
    return true;
  }

  private void endIfAllSettled() {
    if (settled == request.count()) {
      end();
    }
  }

  private void end() {
    timer.cancel();
    ended.run();
    summary.complete(new PingSummary(
        sent, received, received == 0 ? 0 : leastNs, received == 0 ? 0 : sumNs / received, mostNs));
  }
}

package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.trace.TraceFilter;
import org.sluice.core.trace.TracedPath;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Path;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;

/**
 * The way to one destination: writes IP and Ethernet headers in front of what a transport wrote. Shared by all of a
 * worker that send there; owned by the worker. After a change of the network it finds out for itself whether it still
 * leads where it led.
 */
final class StackPath implements Path, TracedPath {
  private static final int HOPS = 64;
  private static final int ECT0 = 2;
  private static final int DSCP_SHIFT_4 = 2;
  private static final int DSCP_SHIFT_6 = 22;
  private static final int ECN_SHIFT_6 = 20;

  private final IpWorker worker;
  private final PathTable table;

  // Where to: set by aim().
  int hash;
  private long remoteHigh;
  private long remoteLow;
  private long wantedHigh;
  private long wantedLow;
  private int tableId;
  private int wantedInterface;
  private int dscp;
  private int protocol;

  // The way, and when it was found.
  private @Nullable NetworkSnapshot snapshot;
  private @Nullable Port port;
  private IpAddress local = IpAddress.ANY_IP4;
  private long hopHigh;
  private long hopLow;
  private @Nullable Neighbor neighbor;
  private int mtuBytes;
  private int mtuVersion;
  private boolean ip4;
  private int identification;

  // Those of the table.
  int holders;
  boolean listed;
  @Nullable StackPath nextInBucket;
  @Nullable StackPath olderIdle;
  @Nullable StackPath newerIdle;

  StackPath(IpWorker worker, PathTable table) {
    this.worker = worker;
    this.table = table;
  }

  void aim(int hashCode, long toHigh, long toLow, long fromHigh, long fromLow, int inTable, int interfaceIndex,
      int codePoint, int ipProtocol) {
    hash = hashCode;
    remoteHigh = toHigh;
    remoteLow = toLow;
    wantedHigh = fromHigh;
    wantedLow = fromLow;
    tableId = inTable;
    wantedInterface = interfaceIndex;
    dscp = codePoint;
    protocol = ipProtocol;
  }

  boolean matches(long toHigh, long toLow, long fromHigh, long fromLow, int inTable, int interfaceIndex,
      int codePoint, int ipProtocol) {
    return remoteLow == toLow && remoteHigh == toHigh && wantedLow == fromLow && wantedHigh == fromHigh
        && tableId == inTable && protocol == ipProtocol && wantedInterface == interfaceIndex && dscp == codePoint;
  }

  // ---- The way.

  /** Finds the way anew; 0, or the negative code of NOROUTE, NOINTF or NOIP. */
  int resolve(NetworkSnapshot now) {
    NextHop hop = worker.nextHop();
    int error = hop.find(now, tableId, wantedInterface, remoteHigh, remoteLow, wantedHigh, wantedLow);
    if (error != 0) {
      return error;
    }
    Port found = worker.port(hop.egress().index());
    if (found == null || !found.sends()) {
      return SessionError.NOINTF.code();
    }
    snapshot = now;
    port = found;
    local = hop.local();
    hopHigh = hop.high;
    hopLow = hop.low;
    neighbor = null;
    ip4 = IpAddress.isIp4(remoteHigh, remoteLow);
    measure();
    identification = worker.nextIdentification();
    return 0;
  }

  /** What fits, by the link and by what was learned of the path. */
  private void measure() {
    PathMtuCache known = worker.pathMtus();
    mtuVersion = known.version();
    int packet = known.mtu(worker.mtuKey(), remoteHigh, remoteLow, tableId, port().mtuBytes(ip4), worker.nowNs());
    mtuBytes = Math.min(packet - (ip4 ? Ip4Header.MIN_LENGTH : Ip6Header.LENGTH), port().roomBytes());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // A snapshot that is another object is another snapshot.
  public boolean isCurrent() {
    NetworkSnapshot now = worker.snapshot();
    return now == snapshot && !port().isClosed() || leadsThereStill(now);
  }

  private boolean leadsThereStill(NetworkSnapshot now) {
    worker.follow();
    NextHop hop = worker.nextHop();
    boolean same = !port().isClosed()
        && hop.find(now, tableId, wantedInterface, remoteHigh, remoteLow, wantedHigh, wantedLow) == 0
        && hop.egress().index() == port().index
        && hop.high == hopHigh && hop.low == hopLow
        && hop.local().equals(local);
    if (same) {
      snapshot = now;
      measure();
    }
    return same;
  }

  private Port port() {
    return Objects.requireNonNull(port);
  }

  @Override
  public IpAddress localAddress() {
    return local;
  }

  @Override
  public int segmentOffloadBytes() {
    return port().txSegmentBytes;
  }

  @Override
  public boolean checksumOffload() {
    return port().txChecksum;
  }

  @Override
  public int mtuBytes() {
    if (mtuVersion != worker.pathMtus().version()) {
      measure();
    }
    return mtuBytes;
  }

  @Override
  public void release() {
    if (holders > 0) {
      table.release(this);
    }
  }

  // ---- Packets.

  @Override
  public int allocate(PacketBatch batch, int count) {
    Port out = port();
    int added = 0;
    while (added < count && out.allocate(batch)) {
      added++;
    }
    return added;
  }

  @Override
  public int send(PacketBatch batch) {
    if (worker.trace().isOpen()) {
      worker.trace().sending(batch, this);
    }
    if (!isCurrent()) {
      return worker.dropAll(Drop.LINK_OUTDATED, batch);
    }
    PacketBatch fitting = isAnyTooBig(batch) ? worker.fitting(batch, this) : batch;
    for (int i = 0; i < fitting.size(); i++) {
      if (ip4) {
        prepend4(fitting, i);
      } else {
        prepend6(fitting, i);
      }
    }
    return leave(fitting);
  }

  @Override
  public int interfaceIndex() {
    return port().index;
  }

  @Override
  public long remoteHigh() {
    return remoteHigh;
  }

  @Override
  public long remoteLow() {
    return remoteLow;
  }

  @Override
  public boolean isWanted(TraceFilter filter, PacketBatch batch, int i) {
    return filter.takesHosts(local.high(), local.low(), remoteHigh, remoteLow)
        && filter.takesUpper(protocol, batch.pool(i).memory(), batch.offset(i), batch.length(i));
  }

  private boolean isAnyTooBig(PacketBatch batch) {
    int most = mtuBytes();
    for (int i = 0; i < batch.size(); i++) {
      if (isTooBig(batch, i, most)) {
        return true;
      }
    }
    return false;
  }

  boolean isTooBig(PacketBatch batch, int i, int most) {
    boolean cut = (batch.flags(i) & PacketFlags.TX_SEGMENT_REQUEST) != 0;
    return batch.length(i) > (cut ? port().txSegmentBytes : most);
  }

  Drop tooBig() {
    return ip4 ? Drop.IP4_TOO_BIG : Drop.IP6_TOO_BIG;
  }

  private void prepend4(PacketBatch batch, int i) {
    MemorySegment m = batch.pool(i).memory();
    int length = batch.length(i);
    long at = batch.offset(i) - Ip4Header.MIN_LENGTH;
    int ecn = (batch.flags(i) & PacketFlags.TX_ECN_CAPABLE) != 0 ? ECT0 : 0;
    Ip4Header.write(m, at, Ip4Header.MIN_LENGTH + length, dscp << DSCP_SHIFT_4 | ecn, identification++,
        Ip4Header.DONT_FRAGMENT, HOPS, protocol, local.low(), remoteLow);
    batch.flags(i, batch.flags(i) | PacketFlags.IP4);
    link(batch, i, at, length, Ip4Header.MIN_LENGTH);
  }

  private void prepend6(PacketBatch batch, int i) {
    MemorySegment m = batch.pool(i).memory();
    int length = batch.length(i);
    long at = batch.offset(i) - Ip6Header.LENGTH;
    int ecn = (batch.flags(i) & PacketFlags.TX_ECN_CAPABLE) != 0 ? ECT0 : 0;
    Ip6Header.write(m, at, dscp << DSCP_SHIFT_6 | ecn << ECN_SHIFT_6, length, protocol, port().hopLimit(HOPS));
    Ip6Header.source(m, at, local.high(), local.low());
    Ip6Header.destination(m, at, remoteHigh, remoteLow);
    batch.flags(i, batch.flags(i) & ~PacketFlags.IP4);
    link(batch, i, at, length, Ip6Header.LENGTH);
  }

  private void link(PacketBatch batch, int i, long ip, int length, int ipHeader) {
    int pushed = EthernetHeader.LENGTH + ipHeader;
    batch.bounds(i, ip - EthernetHeader.LENGTH, pushed + length);
    batch.headerOffsets(i, EthernetHeader.LENGTH, pushed);
    if ((batch.flags(i) & PacketFlags.TX_CHECKSUM_REQUEST) != 0) {
      batch.requestChecksum(i, batch.checksumStart(i) + pushed, batch.checksumOffset(i));
    }
  }

  /** Hands whole packets to the card, or to whoever finds out the next hop's hardware address. */
  private int leave(PacketBatch batch) {
    Port out = port();
    long mac = out.loop ? out.mac : nextHopMac(out);
    int type = ip4 ? EthernetHeader.TYPE_IP4 : EthernetHeader.TYPE_IP6;
    for (int i = 0; i < batch.size(); i++) {
      EthernetHeader.write(batch.pool(i).memory(), batch.offset(i), mac, out.mac, type);
    }
    if (worker.trace().isOpen()) {
      worker.trace().framed(batch, hopHigh, hopLow, mac == Neighbor.NONE ? 0 : mac);
    }
    int count = batch.size();
    if (mac == Neighbor.NONE) {
      worker.neighbors().resolve(out, hopHigh, hopLow, batch);
      return count;
    }
    return worker.transmit(out, batch);
  }

  private long nextHopMac(Port out) {
    Neighbor known = neighbor;
    if (known == null || known.isGone()) {
      known = out.neighbors.find(hopHigh, hopLow);
      neighbor = known;
      if (known == null) {
        return Neighbor.NONE;
      }
    }
    if (known.isStale() && known.claimUse() && !worker.neighbors().used(out, known)) {
      known.giveUpUse();
    }
    return known.usableMac();
  }
}

package org.sluice.core.application;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.segment.LocalSegments;
import org.sluice.core.segment.SegmentManager;
import org.sluice.core.segment.SegmentUser;
import org.sluice.core.session.SessionListener;
import org.sluice.core.session.SessionOwner;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.spi.transport.ServiceType;

/**
 * One endpoint that an application listens on: the listening session of the network transport, of the local transport,
 * or both, and the application workers that share its sessions. Changed on worker 0, read by all.
 */
final class AppListener implements SessionListener {
  /** An application worker that listens, with the memory for the sessions it is given. */
  record Member(ApplicationWorker worker, SegmentManager memory) {}

  /** A listening session: its handle, whose transport it is, and what that calls it. */
  record Listening(long session, TransportEntry transport, long transportListener) {}

  private final AttachedApplication application;
  private final Protocol protocol;
  private final Endpoint wanted;
  private final List<LocalSegments> localSegments;
  private final int[] rotors;
  private final boolean automatic;
  private final List<ListenKey> keys = new ArrayList<>();
  private EndpointConfig config;
  private @Nullable Listening global;
  private @Nullable Listening local;
  private volatile Member[] members = new Member[0];
  private volatile long @Nullable [] datagramSessions;

  AppListener(
      AttachedApplication application,
      Protocol protocol,
      Endpoint wanted,
      EndpointConfig config,
      List<LocalSegments> localSegments,
      boolean automatic) {
    this.application = application;
    this.protocol = protocol;
    this.wanted = wanted;
    this.config = config;
    this.localSegments = localSegments;
    this.automatic = automatic;
    rotors = new int[localSegments.size()];
  }

  AttachedApplication application() {
    return application;
  }

  /** The protocol that was asked for, by which local tables know it. */
  String protocol() {
    return protocol.name();
  }

  /** The name that tables of the network know it by: there a transport's protected form takes the same packets. */
  String networkProtocol() {
    return protocol.transport().name();
  }

  /** Whether it was asked for in the protected form of its transport. */
  boolean secure() {
    return protocol.secure();
  }

  /** The number of that name in local tables. */
  int localProtocol() {
    return localProtocol(protocol.transport().nameSlot(), protocol.secure());
  }

  static int localProtocol(int nameSlot, boolean secure) {
    return nameSlot << 1 | (secure ? 1 : 0);
  }

  /** Whether it takes every port of its address that nobody else listens on. */
  boolean isProxy() {
    return config.local().port() == 0 && config.has(EndpointFlag.PROXY);
  }

  /** Whether it came with the attach of a proxy, and goes with it. */
  boolean isAutomatic() {
    return automatic;
  }

  /** What the application asked for, in whatever table its namespace is. */
  Endpoint wanted() {
    return wanted;
  }

  /** What the network is listened on with. */
  EndpointConfig config() {
    return config;
  }

  void config(EndpointConfig other) {
    config = other;
  }

  List<ListenKey> keys() {
    return keys;
  }

  @Nullable Listening global() {
    return global;
  }

  @Nullable Listening local() {
    return local;
  }

  void global(@Nullable Listening listening) {
    global = listening;
    boolean shares = sharesDatagrams();
    if (listening != null && shares != (datagramSessions != null)) {
      datagramSessions = shares ? new long[0] : null;
    }
  }

  void local(@Nullable Listening listening) {
    local = listening;
  }

  /** The handle applications know it by: the network's listening session if there is one, else the local one. */
  long handle() {
    Listening first = global == null ? local : global;
    return first == null ? Handle.INVALID : first.session();
  }

  /** The listening session that local connects are served by. */
  long servingLocally() {
    Listening serving = local;
    return serving == null ? handle() : serving.session();
  }

  /** Whether it has sessions of its own for all its peers, instead of one for each. */
  boolean sharesDatagrams() {
    Listening listening = global;
    return listening != null
        && listening.transport().descriptor().service() == ServiceType.CONNECTIONLESS
        && !config.has(EndpointFlag.CONNECTED);
  }

  /** Makes those known that are ready; all workers see the old ones or the new ones. */
  void datagramSessions(long[] ready) {
    datagramSessions = ready;
  }

  // ---- Members.

  Member[] members() {
    return members;
  }

  boolean has(ApplicationWorker worker) {
    return Arrays.stream(members).anyMatch(m -> m.worker() == worker);
  }

  void join(ApplicationWorker worker, SegmentManager memory) {
    Member[] more = Arrays.copyOf(members, members.length + 1);
    more[members.length] = new Member(worker, memory);
    members = more;
  }

  /** Removes a member; its memory goes when its last session does. */
  void leave(ApplicationWorker worker) {
    for (Member member : members) {
      if (member.worker() == worker) {
        member.memory().detach();
      }
    }
    members = Arrays.stream(members).filter(m -> m.worker() != worker).toArray(Member[]::new);
  }

  // ---- The session layer's calls, on any worker.

  @Override
  public @Nullable SessionOwner choose(int worker) {
    Member[] now = members;
    if (now.length == 0 || application.isDraining()) {
      return null;
    }
    Member chosen = now[Math.floorMod(rotors[worker]++, now.length)];
    return chosen.worker().lane(worker).isCongested() ? null : chosen.worker();
  }

  @Override
  public long @Nullable [] datagramSessions() {
    return datagramSessions;
  }

  @Override
  public int allocateFifos(SessionOwner owner, FifoPair out) {
    for (Member member : members) {
      if (member.worker() == owner) {
        return member.memory().allocatePair(out);
      }
    }
    return SessionError.INVALID_APPWRK.code();
  }

  @Override
  public int allocateLocalFifos(SessionOwner server, SessionOwner client, int worker, FifoPair out) {
    ApplicationWorker accepting = (ApplicationWorker) server;
    SegmentUser connecting = ((ApplicationWorker) client).segmentUser();
    return localSegments.get(worker).acquire(connecting, accepting.segmentUser(), accepting.segmentOptions(), out);
  }
}

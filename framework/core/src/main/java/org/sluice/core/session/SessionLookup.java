package org.sluice.core.session;

import org.sluice.core.lookup.FlowPolicy;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.LookupResult.Kind;

/** Whom a packet or a connect is for, in the order of the tables. Any worker; lock-free; allocates nothing. */
public final class SessionLookup {
  private final FlowTable flows;
  private final FlowPolicy policy;
  private final TransportRegistry transports;
  private final SessionWorker[] workers;
  private final ListenerLookup listeners;

  SessionLookup(SessionShared shared, SessionWorker[] workers, ListenerLookup listeners) {
    flows = shared.flows();
    policy = shared.policy();
    transports = shared.transports();
    this.workers = workers;
    this.listeners = listeners;
  }

  /** Whom a packet is for: see {@link org.sluice.spi.session.SessionLayer#lookup}. */
  void packet(FlowKey key, LookupResult result) {
    result.clear();
    long holder = flows.find(key);
    if (holder != Handle.INVALID) {
      result.set(kind(holder), FlowHolders.handle(holder));
      return;
    }
    TransportEntry transport = transports.byId(key.protocol());
    if (transport != null && policy.decide(transport.nameSlot(), key, result)) {
      toListener(result, key);
      return;
    }
    listener(result, listeners.find(key));
  }

  /** A packet that a rule redirects goes to the application's listener: no session is made without one. */
  private void toListener(LookupResult result, FlowKey key) {
    if (result.kind() == Kind.APPLICATION) {
      long application = result.handle();
      result.clear();
      listener(result, listeners.first(application, key));
    }
  }

  private static void listener(LookupResult result, long handle) {
    if (handle >= 0) {
      result.set(Kind.LISTENER, handle);
    }
  }

  /**
   * Whom a connect is for on this host, before the network is asked: the rules of its namespace, then the namespace's
   * listeners.
   *
   * @param namespace the index of the namespace that the connect comes from
   * @param secure whether the protected form of the protocol is asked for
   * @param key the connect: protocol and remote side count; not kept
   * @param result cleared and filled: DROP; APPLICATION with the one that a rule redirects to; LISTENER with the
   *     listening session to be given to the transport with the trait LOCAL; or NONE
   */
  public void local(int namespace, boolean secure, FlowKey key, LookupResult result) {
    result.clear();
    TransportEntry transport = transports.byId(key.protocol());
    if (transport == null || policy.decideLocal(namespace, transport.nameSlot(), key, result)) {
      return;
    }
    listener(result, listeners.findLocal(namespace, transport.nameSlot(), secure, key));
  }

  /**
   * What the rules of a table set say about a connect that a listener of the network tables on this host would serve.
   *
   * @param key the connect as the listener sees it: its local side is the wanted one; not kept
   * @param sourceKnown whether the connect says what address it comes from; else only the family of that in the key
   *     counts
   * @param result cleared and filled: DROP; LISTENER when a rule redirects to an application that has one; else NONE
   * @return whether a rule decides: with NONE it redirects to nobody
   */
  public boolean rules(FlowKey key, boolean sourceKnown, LookupResult result) {
    result.clear();
    TransportEntry transport = transports.byId(key.protocol());
    boolean decided = transport != null && (sourceKnown
        ? policy.decide(transport.nameSlot(), key, result)
        : policy.decideFromAnywhere(transport.nameSlot(), key, result));
    if (decided) {
      toListener(result, key);
    }
    return decided;
  }

  int flows() {
    return flows.size();
  }

  private Kind kind(long holder) {
    if (FlowHolders.isHalfOpen(holder)) {
      return Kind.HALF_OPEN;
    }
    return workers[Handle.worker(holder)].isCurrent() ? Kind.SESSION : Kind.OTHER_WORKER;
  }
}

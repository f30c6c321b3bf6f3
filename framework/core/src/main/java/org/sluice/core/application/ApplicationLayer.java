package org.sluice.core.application;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.policy.PolicyTables;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.LocalSegments;
import org.sluice.core.segment.SegmentCounters;
import org.sluice.core.segment.SegmentFactory;
import org.sluice.core.segment.SegmentRegistry;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionCounters;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.runtime.Counters;

/** Puts the application layer together, in two steps because it and the session layer know each other. */
public final class ApplicationLayer {
  private final WorkerSet workers;
  private final TransportRegistry transports;
  private final PolicyTables policyTables;
  private final ApplicationLimits limits;
  private final ListenerTable listeners = new ListenerTable();
  private final NetworkPlane network;
  private final NamespaceTable namespaces;
  private final SegmentRegistry segments;
  private final SegmentCounters segmentCounters;
  private final ApplicationCounters counters;
  private final List<LocalSegments> localSegments = new ArrayList<>();
  private @Nullable ApplicationRegistry registry;
  private @Nullable SessionLayerSwitch layerSwitch;
  private @Nullable PolicyControl policy;
  private @Nullable NamespaceControl namespaceControl;

  /**
   * First step: everything that the session layer asks for.
   *
   * @param workers the workers of the stack
   * @param transports the registered transports
   * @param network the interfaces, tables and routes
   * @param policyTables the rules and deny lists
   * @param limits bounds
   * @param maxSegments the most segments at a time
   * @param counters the stack's scope
   */
  public ApplicationLayer(
      WorkerSet workers,
      TransportRegistry transports,
      NetworkPlane network,
      PolicyTables policyTables,
      ApplicationLimits limits,
      int maxSegments,
      Counters counters) {
    this.workers = workers;
    this.transports = transports;
    this.network = network;
    namespaces = new NamespaceTable(network);
    this.policyTables = policyTables;
    this.limits = limits;
    segments = new SegmentRegistry(maxSegments);
    segmentCounters = SegmentCounters.of(counters);
    this.counters = ApplicationCounters.of(counters);
    for (int i = 0; i < workers.count(); i++) {
      localSegments.add(new LocalSegments(workers.worker(i), limits.segmentLingerNs()));
    }
  }

  /**
   * Second step.
   *
   * @param sessions the session layer
   * @param sessionCounters counts errors
   * @param factory makes segments
   */
  public void open(SessionCore sessions, SessionCounters sessionCounters, SegmentFactory factory) {
    ControlPlane plane = new ControlPlane(workers, sessions, transports, listeners, namespaces, network, policyTables,
        sessionCounters, segments, factory, segmentCounters, localSegments, limits, counters);
    ApplicationRegistry made = new ApplicationRegistry(plane);
    registry = made;
    layerSwitch = new SessionLayerSwitch(plane, made);
    policy = new PolicyControl(plane, made);
    namespaceControl = new NamespaceControl(plane, made);
  }

  /**
   * Where the session layer finds listeners.
   *
   * @return the listeners
   */
  public SessionCore.Listeners listeners() {
    return listeners;
  }

  /**
   * The attached applications.
   *
   * @return the registry
   */
  public ApplicationRegistry registry() {
    return opened(registry);
  }

  /**
   * What turns the whole layer off and on.
   *
   * @return the switch
   */
  public SessionLayerSwitch layerSwitch() {
    return opened(layerSwitch);
  }

  /**
   * The rules and deny lists, as operators name what they are about.
   *
   * @return their control
   */
  public PolicyControl policy() {
    return opened(policy);
  }

  /**
   * What makes, binds and deletes namespaces.
   *
   * @return their control
   */
  public NamespaceControl namespaces() {
    return opened(namespaceControl);
  }

  private static <T> T opened(@Nullable T made) {
    if (made == null) {
      throw new IllegalStateException("the application layer was not opened");
    }
    return made;
  }

  /**
   * Segments that exist, of applications and local pairs.
   *
   * @return the count
   */
  public int segmentCount() {
    return segments.size();
  }

  /**
   * The segments of local pairs on one worker. Read there.
   *
   * @param worker the stack worker
   * @return its local segments
   */
  public LocalSegments localSegments(int worker) {
    return localSegments.get(worker);
  }
}

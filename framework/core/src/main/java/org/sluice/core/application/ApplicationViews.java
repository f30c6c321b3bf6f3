package org.sluice.core.application;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.SegmentManagerView;
import org.sluice.core.session.EventLane;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.network.IpAddress;

/** What consoles may see of the application layer. Each method is to be called on worker 0 and returns a snapshot. */
public final class ApplicationViews {
  private final ControlPlane plane;
  private final ApplicationRegistry registry;

  ApplicationViews(ControlPlane plane, ApplicationRegistry registry) {
    this.plane = plane;
    this.registry = registry;
  }

  /**
   * The attached applications, in the order they came.
   *
   * @return one view each
   */
  public List<ApplicationView> applications() {
    plane.assertMain();
    return registry.all().stream().map(this::view).toList();
  }

  private ApplicationView view(AttachedApplication application) {
    int listeners = 0;
    for (AppListener listener : plane.listeners().all()) {
      listeners += listener.application() == application ? 1 : 0;
    }
    List<ApplicationView.Worker> workers = new ArrayList<>();
    for (ApplicationWorker worker : application.workers()) {
      List<EventLane> lanes = new ArrayList<>();
      for (int i = 0; i < plane.workers().count(); i++) {
        lanes.add(worker.lane(i));
      }
      workers.add(new ApplicationView.Worker(worker.handle(), worker.applicationWorker(), lanes));
    }
    return new ApplicationView(application.handle(), application.faults().pluginId(), application.options(),
        application.budget().bytes(), listeners, workers);
  }

  /**
   * The listening sessions; an endpoint served by a network transport and by the local one has two.
   *
   * @return one view each, in the order they came
   */
  public List<ListenerView> listeners() {
    plane.assertMain();
    List<ListenerView> views = new ArrayList<>();
    for (AppListener listener : plane.listeners().all()) {
      add(views, listener, listener.global());
      add(views, listener, listener.local());
    }
    return views;
  }

  private static void add(
      List<ListenerView> views, AppListener listener, AppListener.@Nullable Listening listening) {
    if (listening != null) {
      List<ListenerView.Member> members = Arrays.stream(listener.members())
          .map(m -> new ListenerView.Member(m.worker().applicationWorker(), m.memory().index()))
          .toList();
      views.add(new ListenerView(listening.session(), listener.application().options().name(), members));
    }
  }

  /**
   * What listeners are found by: one entry for each table that leads to one.
   *
   * @return one view each, in the order they came
   */
  public List<EntryView> entries() {
    plane.assertMain();
    List<EntryView> views = new ArrayList<>();
    for (AppListener listener : plane.listeners().all()) {
      for (ListenKey key : listener.keys()) {
        boolean local = key.scope() < 0;
        IpAddress address = new IpAddress(key.high(), key.low());
        String endpoint = listener.isProxy()
            ? address.toString()
            : (address.isIp4() ? address.toString() : "[" + address + "]") + ":" + key.port();
        views.add(new EntryView(local ? -1 : key.scope(),
            local ? "ns " + listener.application().namespace().id() : "table " + key.scope(), listener.protocol(),
            listener.networkProtocol(), endpoint, listener.isProxy(),
            local ? listener.servingLocally() : listener.handle(),
            listener.application().options().name()));
      }
    }
    return views;
  }

  /**
   * The segment managers: of the applications, then those whose application has left while sessions use them.
   *
   * @return one view each
   */
  public List<MemoryView> memory() {
    plane.assertMain();
    List<MemoryView> views = new ArrayList<>();
    for (AttachedApplication application : registry.all()) {
      addMemory(views, application, plane.listeners().all());
    }
    Set<Integer> known = new HashSet<>();
    views.forEach(view -> known.add(view.segments().index()));
    for (SegmentManagerView manager : plane.segments().managers()) {
      if (known.add(manager.index())) {
        views.add(new MemoryView("", -1, MemoryView.Use.ORPHANS, manager));
      }
    }
    return views;
  }

  private static void addMemory(
      List<MemoryView> views, AttachedApplication application, Collection<AppListener> listeners) {
    String name = application.options().name();
    for (ApplicationWorker worker : application.workers()) {
      int number = worker.applicationWorker();
      views.add(new MemoryView(name, number, MemoryView.Use.CONNECTS, worker.memory().view()));
      for (AppListener listener : listeners) {
        for (AppListener.Member member : listener.members()) {
          if (member.worker() == worker) {
            views.add(new MemoryView(name, number, MemoryView.Use.LISTENER, member.memory().view()));
          }
        }
      }
    }
  }

  /**
   * An application worker, where only its handle is known.
   *
   * @param name the application's name and the worker's number, {@code name:number}
   * @param options how the application was attached
   */
  public record Owner(String name, AttachOptions options) {}

  /**
   * The application workers by handle.
   *
   * @return those that are attached
   */
  public Map<Long, Owner> owners() {
    plane.assertMain();
    Map<Long, Owner> owners = new HashMap<>();
    for (AttachedApplication application : registry.all()) {
      AttachOptions options = application.options();
      for (ApplicationWorker worker : application.workers()) {
        owners.put(worker.handle(), new Owner(options.name() + ":" + worker.applicationWorker(), options));
      }
    }
    return owners;
  }
}

package org.sluice.core.application;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.session.SessionRecords;
import org.sluice.spi.error.SessionError;

/** Who is given the records of closed sessions. Worker 0. */
public final class CollectorControl {
  private final ControlPlane plane;
  private final ApplicationRegistry registry;

  CollectorControl(ControlPlane plane, ApplicationRegistry registry) {
    this.plane = plane;
    this.registry = registry;
  }

  /**
   * Gives an attached application the records of its namespace from now on; without effect when it is given them.
   *
   * @param name the application
   * @throws org.sluice.spi.application.SessionException with NOAPP when none of that name is attached
   */
  public void add(String name) {
    ApplicationWorker worker = require(name);
    for (int i = 0; i < plane.workers().count(); i++) {
      records(i).add(worker.lane(i));
    }
  }

  /**
   * Gives an application no more records; without effect when it is given none.
   *
   * @param name the application
   * @throws org.sluice.spi.application.SessionException with NOAPP when none of that name is attached
   */
  public void remove(String name) {
    ApplicationWorker worker = require(name);
    for (int i = 0; i < plane.workers().count(); i++) {
      records(i).remove(worker.lane(i));
    }
  }

  private ApplicationWorker require(String name) {
    plane.assertMain();
    for (AttachedApplication application : registry.all()) {
      ApplicationWorker first = first(application);
      if (application.options().name().equals(name) && first != null) {
        return first;
      }
    }
    throw plane.failure(SessionError.NOAPP, "event collector '" + name + "'");
  }

  /** The worker that collects, when its application does: the first of those that are there. */
  static @Nullable ApplicationWorker first(AttachedApplication application) {
    return application.workers().isEmpty() ? null : application.workers().getFirst();
  }

  private SessionRecords records(int worker) {
    return plane.sessions().worker(worker).records();
  }

  /**
   * The event collectors.
   *
   * @return a snapshot
   */
  public List<CollectorView> views() {
    plane.assertMain();
    List<CollectorView> views = new ArrayList<>();
    for (AttachedApplication application : registry.all()) {
      ApplicationWorker first = first(application);
      if (first != null && records(0).given(first.lane(0)) >= 0) {
        long given = 0;
        for (int i = 0; i < plane.workers().count(); i++) {
          given += Math.max(0, records(i).given(first.lane(i)));
        }
        views.add(new CollectorView(application.options().name(), application.options().namespace(),
            application.faults().pluginId(), given));
      }
    }
    return views;
  }
}

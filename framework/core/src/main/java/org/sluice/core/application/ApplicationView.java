package org.sluice.core.application;

import java.util.List;
import org.sluice.core.session.EventLane;
import org.sluice.spi.application.AttachOptions;

/**
 * An application as consoles see it. A snapshot taken on worker 0, but for the lanes of its workers, which count
 * sessions and are read each on its own stack worker.
 *
 * @param handle its handle
 * @param pluginId the plugin it belongs to
 * @param options how it was attached
 * @param segmentBytes memory of all its segments
 * @param listeners how many endpoints it listens on
 * @param workers its application workers
 */
public record ApplicationView(
    long handle, String pluginId, AttachOptions options, long segmentBytes, int listeners, List<Worker> workers) {

  /**
   * An application worker.
   *
   * @param handle its handle
   * @param number its number within the application
   * @param lanes its event lanes, by stack worker
   */
  public record Worker(long handle, int number, List<EventLane> lanes) {

    /** Copies the list. */
    public Worker {
      lanes = List.copyOf(lanes);
    }
  }

  /** Copies the list. */
  public ApplicationView {
    workers = List.copyOf(workers);
  }

  /**
   * Its name.
   *
   * @return the name it was attached by
   */
  public String name() {
    return options.name();
  }
}

package org.sluice.core.session;

import org.jspecify.annotations.Nullable;

/** Finds listeners by handle. Read on any worker; kept by the application layer on worker 0. */
public interface ListenerDirectory {

  /**
   * A listener.
   *
   * @param handle the handle of its listening session
   * @return the listener, or null when the handle is stale
   */
  @Nullable SessionListener listener(long handle);
}

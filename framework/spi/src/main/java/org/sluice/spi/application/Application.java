package org.sluice.spi.application;

import java.util.Locale;
import org.pf4j.ExtensionPoint;

/**
 * An application: callbacks for its sessions, and how it wants to be attached. An extension point: the host attaches
 * each one it finds in a plugin under {@link AttachOptions#name()}. Applications can also be attached by hand through
 * {@link Applications}.
 */
public interface Application extends ExtensionPoint, SessionCallbacks {

  /**
   * How to attach it. Asked once, before {@link #onAttached}.
   *
   * @return the options; by default everything at its default, under the simple name of the class in lower case
   */
  default AttachOptions options() {
    return AttachOptions.named(getClass().getSimpleName().toLowerCase(Locale.ROOT));
  }

  /**
   * The application is attached and may listen and connect. Worker 0; an exception detaches it again. An application
   * that a plugin brings is attached again, after {@link #onDetached}, when the operator has turned the session layer
   * off and on.
   *
   * @param context what it acts through; valid until {@link #onDetached}
   */
  default void onAttached(ApplicationContext context) {}

  /** The application is detached: its sessions and listeners are gone. Worker 0. */
  default void onDetached() {}

  /**
   * Makes the callbacks for the sessions of one worker, so that an application can keep state per worker without locks.
   * Called once per worker at attach, on worker 0.
   *
   * @param workerIndex the worker that the callbacks will run on
   * @return the callbacks; by default this object serves all workers
   */
  default SessionCallbacks newWorker(int workerIndex) {
    return this;
  }
}

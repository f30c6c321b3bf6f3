package org.sluice.spi.application;

import java.util.concurrent.CompletableFuture;

/** Attaches applications. Any context; does not block. */
public interface Applications {

  /**
   * Attaches an application.
   *
   * @param application its callbacks
   * @param options how; {@link Application#options()} is not asked
   * @return completes with its context after {@code onAttached} has run, or with a {@link SessionException}:
   *     APP_ATTACHED (the name is taken), INVALID_NS, WRONG_NS_SECRET, NOSUPPORT, INVALID (an option out of range,
   *     named in the message), SEG_CREATE, LIMIT (as many as may be are attached, or worker 0 takes no new work now),
   *     CONFLICT (the plugin is stopping), ALREADY_LISTENING (it is to be a proxy where another application is one),
   *     DISABLED. Nothing is attached then
   */
  CompletableFuture<ApplicationContext> attach(Application application, AttachOptions options);

  /**
   * Attaches an application as it wishes.
   *
   * @param application its callbacks and options
   * @return see {@link #attach(Application, AttachOptions)}
   */
  default CompletableFuture<ApplicationContext> attach(Application application) {
    return attach(application, application.options());
  }
}

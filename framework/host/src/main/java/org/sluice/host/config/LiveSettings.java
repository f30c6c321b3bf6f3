package org.sluice.host.config;

/** The configuration that holds now: plugins that come at run time bring keys. Any thread reads; one changes. */
public final class LiveSettings {
  private volatile Settings now;

  /** Holds what the host was started with. */
  public LiveSettings(Settings first) {
    now = first;
  }

  /** What holds. */
  public Settings now() {
    return now;
  }

  /** Has others hold from now on. */
  public void change(Settings next) {
    now = next;
  }
}

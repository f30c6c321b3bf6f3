package org.sluice.plugin.http.resource;

import org.sluice.plugin.http.Status;

/** A path leads to no file that may be shown. Ordinary, so it carries no stack. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Status status;

  Refusal(Status status) {
    super(status.reason(), null, false, false);
    this.status = status;
  }

  /** What to answer. */
  public Status status() {
    return status;
  }
}

package org.sluice.spi.session;

import org.sluice.spi.runtime.Handle;

/**
 * What a lookup found: a kind and a handle of that kind, never an index of the wrong kind. Mutable so that a worker
 * reuses one.
 */
public final class LookupResult {
  /** What kind of thing a lookup found. */
  public enum Kind {
    /** Nothing. */
    NONE,
    /** A rule matched and refuses. */
    DROP,
    /** An established session of the calling worker. */
    SESSION,
    /** An established session of another worker: the packet is handed over. */
    OTHER_WORKER,
    /** A half-open session; the handle is the session's. */
    HALF_OPEN,
    /** A listener. */
    LISTENER,
    /** An application that a rule redirects to. */
    APPLICATION
  }

  private Kind kind = Kind.NONE;
  private long handle = Handle.INVALID;

  /** An empty result. */
  public LookupResult() {}

  /** Makes it {@link Kind#NONE}. */
  public void clear() {
    set(Kind.NONE, Handle.INVALID);
  }

  /**
   * Sets the finding.
   *
   * @param newKind its kind
   * @param newHandle its handle
   */
  public void set(Kind newKind, long newHandle) {
    kind = newKind;
    handle = newHandle;
  }

  /**
   * What was found.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The handle of what was found.
   *
   * @return a session's, listener's or application's handle by {@link #kind()}, or {@link Handle#INVALID}
   */
  public long handle() {
    return handle;
  }
}

package org.sluice.benchmarks.soak;

import org.sluice.spi.session.SessionStream;

/** Comes between an application's threads and their stream, so that a test can make faults that must be found. */
interface Tamper {
  /** Leaves every stream as it is. */
  Tamper NONE = (stream, end, script) -> stream;

  SessionStream apply(SessionStream stream, End end, Script script);
}

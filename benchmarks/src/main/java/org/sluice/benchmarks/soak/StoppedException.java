package org.sluice.benchmarks.soak;

/** The run ends before its time: everybody leaves. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;
}

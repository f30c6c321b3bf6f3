package org.sluice.fuzz;

/** What has to hold for every input. */
final class Check {
  private Check() {}

  static void that(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("not true: " + what);
    }
  }
}

package org.sluice.testkit.runtime;

import java.util.ArrayDeque;
import java.util.Locale;
import java.util.stream.Collectors;

/** The last steps of a run for people, and a digest of all of them. */
final class Trace {

  private static final int ENTRIES = 60;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long fingerprint = 17;

  void add(long number, long elapsedNs, String who, String what) {
    entries.add(new Entry(number, elapsedNs, who, what));
    if (entries.size() > ENTRIES) {
      entries.remove();
    }
    mix(elapsedNs);
    mix(who.hashCode());
    mix(what.hashCode());
  }

  private void mix(long value) {
    fingerprint = (fingerprint ^ value) * 0x9e3779b97f4a7c15L;
    fingerprint ^= fingerprint >>> 32;
  }

  long fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return entries.stream().map(Entry::line).collect(Collectors.joining("\n"));
  }

  private record Entry(long number, long elapsedNs, String who, String what) {
    String line() {
      String time = elapsedNs == 0 ? "" : String.format(Locale.ROOT, " +%.6fs", elapsedNs / 1e9);
      return "  #" + number + time + " " + who + ": " + what;
    }
  }
}

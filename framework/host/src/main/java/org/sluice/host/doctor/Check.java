package org.sluice.host.doctor;

/**
 * One thing that was looked at.
 *
 * @param what it is
 * @param good whether it is as it should be
 * @param found what was found
 * @param remedy what mends it, or a hint; empty when there is nothing to mend
 */
public record Check(String what, boolean good, String found, String remedy) {

  static Check good(String what, String found) {
    return new Check(what, true, found, "");
  }

  /** What is as it should be for most hosts, with what those do that want more. */
  static Check hint(String what, String found, String advice) {
    return new Check(what, true, found, advice);
  }

  /** In one word. */
  String state() {
    return !good ? "MISSING" : remedy.isEmpty() ? "ok" : "hint";
  }

  static Check bad(String what, String found, String remedy) {
    return new Check(what, false, found, remedy);
  }
}

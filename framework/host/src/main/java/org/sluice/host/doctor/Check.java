package org.sluice.host.doctor;

/**
 * One thing that was looked at.
 *
 * @param what it is
 * @param good whether it is as it should be
 * @param found what was found
 * @param remedy what mends it; empty when there is nothing to mend
 */
public record Check(String what, boolean good, String found, String remedy) {

  static Check good(String what, String found) {
    return new Check(what, true, found, "");
  }

  static Check bad(String what, String found, String remedy) {
    return new Check(what, false, found, remedy);
  }
}

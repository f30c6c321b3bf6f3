package org.sluice.core.policy;

/** What decides about packets and connects that belong to no session; one at a time. */
public enum PolicyBackend {
  /** Nothing: every lookup goes on to the listeners. */
  NONE("none"),
  /** Rules by both addresses, both ports and protocol. */
  RULES("rule-table"),
  /** A list of source prefixes. */
  DENY_LIST("sdl");

  private final String label;

  PolicyBackend(String label) {
    this.label = label;
  }

  /**
   * What operators call it.
   *
   * @return the name
   */
  public String label() {
    return label;
  }
}

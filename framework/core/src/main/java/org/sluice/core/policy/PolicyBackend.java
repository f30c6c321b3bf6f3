package org.sluice.core.policy;

import java.util.Arrays;
import java.util.List;

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
   * A backend by what operators call it.
   *
   * @param label its name
   * @return the backend
   * @throws IllegalArgumentException when none is called so; the message names all
   */
  public static PolicyBackend of(String label) {
    for (PolicyBackend backend : values()) {
      if (backend.label.equals(label)) {
        return backend;
      }
    }
    throw new IllegalArgumentException("'" + label + "' is no rt-backend; there are " + labels());
  }

  /**
   * What operators call all of them.
   *
   * @return the names
   */
  public static List<String> labels() {
    return Arrays.stream(values()).map(PolicyBackend::label).toList();
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

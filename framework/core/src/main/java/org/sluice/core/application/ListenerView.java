package org.sluice.core.application;

import java.util.List;

/**
 * A listening session as consoles see it. A snapshot taken on worker 0.
 *
 * @param handle the listening session
 * @param application whose listener it is
 * @param members the application workers that share its sessions
 */
public record ListenerView(long handle, String application, List<Member> members) {

  /**
   * An application worker that listens.
   *
   * @param worker its number within the application
   * @param segmentManager the number of the manager that gives its accepted sessions their memory
   */
  public record Member(int worker, int segmentManager) {}

  /** Copies the list. */
  public ListenerView {
    members = List.copyOf(members);
  }
}

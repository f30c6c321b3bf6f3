package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoPair;

/** A listener as the session layer sees it. Any worker. */
public interface SessionListener {

  /**
   * Chooses the application worker that the next session goes to: round robin over those that listen.
   *
   * @param worker the stack worker the session will live on
   * @return the application worker, or null when none takes sessions now
   */
  @Nullable SessionOwner choose(int worker);

  /**
   * The sessions that serve all its peers, when it is one of a connectionless transport that does not accept a session
   * for each: one per application worker and data worker, those that are ready.
   *
   * @return their handles, not to be changed; null when it accepts sessions
   */
  long @Nullable [] datagramSessions();

  /**
   * Memory for the FIFOs of an accepted session.
   *
   * @param owner the chosen application worker
   * @param out filled on success
   * @return 0, or a negative error code
   */
  int allocateFifos(SessionOwner owner, FifoPair out);

  /**
   * Memory for the FIFOs of a session whose peer is on this host, in a segment that both map. Directions are the
   * server's.
   *
   * @param server the chosen application worker
   * @param client the application worker that connects
   * @param worker the stack worker both sessions will live on
   * @param out filled on success, with a lease for each side
   * @return 0, or a negative error code
   */
  int allocateLocalFifos(SessionOwner server, SessionOwner client, int worker, FifoPair out);
}

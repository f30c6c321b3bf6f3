package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.segment.FifoPair;

/** An application worker as the session layer sees it: the owner of sessions. Safe to read on any worker. */
public interface SessionOwner {

  /**
   * Its handle.
   *
   * @return a {@link org.sluice.spi.runtime.Handle}
   */
  long handle();

  /**
   * The application's name, for the console.
   *
   * @return the name
   */
  String name();

  /**
   * Where its application lives.
   *
   * @return the index of its namespace
   */
  int namespace();

  /**
   * The account of the plugin the application belongs to.
   *
   * @return the account
   */
  PluginFaults faults();

  /**
   * How its sessions on one stack worker get their events.
   *
   * @param worker the stack worker's index
   * @return the lane; made at attach, closed at detach
   */
  EventLane lane(int worker);

  /**
   * Memory for the FIFOs of a session it opened.
   *
   * @param out filled on success
   * @return 0, or a negative error code
   */
  int allocateConnectFifos(FifoPair out);

  /**
   * Whether it has left: its application wants no callback any more, though its sessions may still be on their way out.
   *
   * @return true from the detach on
   */
  boolean isDetached();

  /**
   * Who goes on with what it collects.
   *
   * @return another one of its application; null while it is there, and when it leaves as the last one. Set before
   *     {@link #isDetached}
   */
  @Nullable SessionOwner successor();

  /**
   * Whether another application worker is of the same application.
   *
   * @param other the other one, or this one
   * @return true if it is
   */
  boolean sharesApplication(SessionOwner other);

  /**
   * It is about to have FIFOs in a segment that may be another's: it is told of it, if it does not know it. Any worker.
   *
   * @param segment the segment's handle
   */
  void segmentTaken(long segment);

  /**
   * One session less of those that {@link #segmentTaken} was called for. Any worker.
   *
   * @param segment the segment's handle
   */
  void segmentLeft(long segment);

  /**
   * A session that it has of a listener has ended by itself: it must be found no more. Any worker.
   *
   * @param session the session's handle
   */
  void listenerSessionLost(long session);

  /** One of its connects is not outstanding any more. */
  void connectAnswered();
}

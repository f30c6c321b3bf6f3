package org.sluice.core.nic;

/** Why a card or a decorator did not pass a frame on. */
public enum DropReason {
  /** It was passed on. */
  NONE(""),
  /** The other end is not there, or was closed while the frame was on its way. */
  LINK_DOWN("dropped: the link is down"),
  /** More than one frame of the link can carry. */
  TOO_LONG("dropped: longer than the link's MTU allows"),
  /** No slot of the transmit queue was free. */
  QUEUE_FULL("dropped: the transmit queue is full"),
  /** A frame of another pool could not be copied, because no frame was free. */
  NO_FRAME("dropped: no frame was free"),
  /** Lost on the way, as the wire was told to. */
  LOST("lost on the wire"),
  /** A rule of a {@link FaultNic} matched. */
  FAULT("dropped by a fault rule");

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  /**
   * The reason in words.
   *
   * @return a comment for a capture; empty for {@link #NONE}
   */
  public String text() {
    return text;
  }
}

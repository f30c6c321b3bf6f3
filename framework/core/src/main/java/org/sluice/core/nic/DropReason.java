package org.sluice.core.nic;

/** Why a card or a decorator did not pass a frame on. */
public enum DropReason {
  /** It was passed on. */
  NONE(0, ""),
  /** The other end is not there, or was closed while the frame was on its way. */
  LINK_DOWN(1, "dropped: the link is down"),
  /** More than one frame of the link can carry. */
  TOO_LONG(2, "dropped: longer than the link's MTU allows"),
  /** No slot of the transmit queue was free. */
  QUEUE_FULL(3, "dropped: the transmit queue is full"),
  /** A frame of another pool could not be copied, because no frame was free. */
  NO_FRAME(4, "dropped: no frame was free"),
  /** Lost on the way, as the wire was told to. */
  LOST(5, "lost on the wire"),
  /** A rule of a {@link FaultNic} matched. */
  FAULT(6, "dropped by a fault rule");

  private final int code;
  private final String text;

  DropReason(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** What stands for it in a record. */
  int code() {
    return code;
  }

  static DropReason of(int code) {
    for (DropReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new IllegalArgumentException("no reason has the code " + code);
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

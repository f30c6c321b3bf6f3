package org.sluice.plugin.transfer;

/** Why a transfer cannot go on; the code is what a FAIL record carries. */
enum FailReason {
  /** A record is malformed or not due. */
  PROTOCOL(1),
  /** The other side speaks no version we do. */
  VERSION(2),
  /** A name that the receiver does not take. */
  NAME(3),
  /** A limit of the receiver is reached. */
  LIMIT(4),
  /** Another session is writing that file. */
  BUSY(5),
  /** Reading or writing a file failed. */
  IO(6),
  /** The file became shorter while it was sent. */
  CHANGED(7),
  /** The hash of what was received differs. */
  MISMATCH(8),
  /** The session ended or could not be made; never sent. */
  SESSION(9),
  /** The operator gave up; never sent. */
  CANCELLED(10),
  /** A code we do not know. */
  OTHER(0);

  private static final FailReason[] VALUES = values();

  private final int code;

  FailReason(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static FailReason of(int code) {
    for (FailReason reason : VALUES) {
      if (reason.code == code) {
        return reason;
      }
    }
    return OTHER;
  }
}

package org.sluice.plugin.transfer;

/** A transfer cannot go on. Thrown and caught inside of one callback; never reaches the session layer. */
final class TransferException extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailReason reason;

  TransferException(FailReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  static TransferException protocol(String message) {
    return new TransferException(FailReason.PROTOCOL, message);
  }

  FailReason reason() {
    return reason;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}

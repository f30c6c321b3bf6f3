package org.sluice.plugin.transfer;

/** The records of the protocol, see the package's documentation; {@link MessageCodec} has their form. */
sealed interface Message {

  record Hello(int version, int entries, long totalBytes) implements Message {}

  record Welcome(int version) implements Message {}

  record Entry(Kind kind, String name, long sizeBytes, long modifiedMs) implements Message {
    boolean isDirectory() {
      return kind == Kind.DIRECTORY;
    }
  }

  record Offer(long offset, Sha256 prefix) implements Message {}

  record Start(long offset) implements Message {}

  /** Only the head: the payload is read on from the session. */
  record Data(int lengthBytes) implements Message {}

  record End(Sha256 file) implements Message {}

  record Verdict(boolean kept, Sha256 received) implements Message {}

  record Fail(FailReason reason, String text) implements Message {}

  /** What an entry is. */
  enum Kind {
    FILE,
    DIRECTORY
  }
}

package org.sluice.plugin.afxdp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** So many bytes, drawn once and repeated, and their SHA-256; who sends and who receives them on either side. */
final class Payload {
  private static final int PIECE_BYTES = 64 << 10;

  /** A prime, so that no two segments of it begin alike for long. */
  private static final int PERIOD_BYTES = 1_000_003;

  private final byte[] period = new byte[PERIOD_BYTES + PIECE_BYTES];
  private final long bytes;

  Payload(long bytes) {
    this.bytes = bytes;
    new Random(bytes).nextBytes(period);
    System.arraycopy(period, 0, period, PERIOD_BYTES, PIECE_BYTES);
  }

  String digest() {
    MessageDigest digest = sha256();
    for (long at = 0; at < bytes; at += length(at)) {
      digest.update(period, begin(at), length(at));
    }
    return hex(digest);
  }

  private static int begin(long at) {
    return (int) (at % PERIOD_BYTES);
  }

  private int length(long at) {
    return (int) Math.min(PIECE_BYTES, bytes - at);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  // ---- Over a socket of the kernel.

  void write(OutputStream out) throws IOException {
    for (long at = 0; at < bytes; at += length(at)) {
      out.write(period, begin(at), length(at));
    }
  }

  static String read(InputStream in) throws IOException {
    MessageDigest digest = sha256();
    byte[] block = new byte[PIECE_BYTES];
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      digest.update(block, 0, count);
    }
    return hex(digest);
  }

  // ---- Over a session.

  /** Reads to the end, says what came, and closes. */
  static final class Sink implements Application {
    final CompletableFuture<String> received = new CompletableFuture<>();
    private final MessageDigest digest = sha256();
    private final byte[] block = new byte[PIECE_BYTES];

    @Override
    public AcceptDecision onAccept(Session session) {
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onReadable(Session session) {
      for (int count = session.read(block, 0, PIECE_BYTES); count > 0; count = session.read(block, 0, PIECE_BYTES)) {
        digest.update(block, 0, count);
      }
    }

    @Override
    public void onDisconnected(Session session) {
      onReadable(session);
      received.complete(hex(digest));
      session.close();
    }
  }

  /** Sends all of it once it was sent something, and closes. */
  final class Source implements Application {
    private long written;

    @Override
    public AcceptDecision onAccept(Session session) {
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onReadable(Session session) {
      session.read(new byte[1], 0, 1);
      onWritable(session);
    }

    @Override
    public void onWritable(Session session) {
      for (int count = 1; count > 0 && written < bytes; ) {
        count = session.write(period, begin(written), length(written));
        written += Math.max(0, count);
      }
      if (written == bytes) {
        session.close();
      } else {
        session.wantWritable(WritableWish.THRESHOLD, PIECE_BYTES);
      }
    }
  }
}

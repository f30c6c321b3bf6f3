package org.sluice.plugin.afxdp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.session.Session;

/** Sends a line and says that it was all, then receives whatever the peer sends until it says so too. */
final class Farewell implements Application {
  static final String LINE = "that is all";

  /** Completes with what was received. */
  final CompletableFuture<byte[]> received = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final byte[] block = new byte[64 << 10];
  private boolean said;

  @Override
  public AcceptDecision onAccept(Session session) {
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onReadable(Session session) {
    for (int read = session.read(block, 0, block.length); read > 0; read = session.read(block, 0, block.length)) {
      bytes.write(block, 0, read);
    }
    if (!said) {
      said = true;
      byte[] line = (LINE + "\n").getBytes(StandardCharsets.UTF_8);
      session.write(line, 0, line.length);
      session.shutdown();
    }
  }

  @Override
  public void onDisconnected(Session session) {
    onReadable(session);
    session.close();
    received.complete(bytes.toByteArray());
  }

  @Override
  public void onReset(Session session) {
    session.close();
    received.completeExceptionally(new AssertionError("reset"));
  }
}

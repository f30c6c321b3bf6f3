package org.sluice.plugin.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.StackLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.plugin.transfer.SendSession.SentFile;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.testkit.host.SimulatedHost;
import org.sluice.testkit.host.SimulatedPlugin;

/** A simulated host with cut-through and the transfer plugin, everything small so that tests reach the limits. */
final class TransferHost {
  static final String URI = "ct://127.0.0.1/9";
  static final int CHUNK_BYTES = 4096;
  static final int MAX_FILE_BYTES = 1 << 20;
  static final int MAX_ENTRIES = 10;
  static final int MAX_SESSIONS = 2;
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  private static final StackLimits FINE = new StackLimits(
      1000, 1000, 1000, 10, StackLimits.DEFAULT.ports(), StackLimits.DEFAULT.applications(), StackLimits.DEFAULT.tx(),
      new WorkerLimits(256, 16, 16, 4, 16, 100_000), StackLimits.DEFAULT.sweep());

  final SimulatedHost host;
  final Map<String, Object> settings;
  SimulatedPlugin plugin;
  TransferApplication application;
  private @Nullable ApplicationContext sender;
  private int senders;

  TransferHost(Path target, long seed, int dataWorkers) {
    settings = new HashMap<>(Map.of(
        "listen", List.of(URI),
        "directory", target.toString(),
        "chunk", CHUNK_BYTES,
        "fifo", 4 * CHUNK_BYTES,
        "idle-timeout", IDLE_TIMEOUT,
        "limit.file-bytes", MAX_FILE_BYTES,
        "limit.entries", MAX_ENTRIES,
        "limit.name-bytes", 200,
        "limit.sessions", MAX_SESSIONS,
        "fault.corrupt-byte-at", -1));
    host = new SimulatedHost(seed, dataWorkers, FINE);
    SimulatedPlugin cutThrough = host.plugin("local-cutthrough", Map.of("max-connections", 100));
    cutThrough.add(new CutThroughTransport(cutThrough));
    plugin = host.plugin("transfer", settings);
    application = plugin.add(new TransferApplication(plugin));
    host.run();
  }

  /** Stops the plugin. */
  void stop() {
    plugin.stop();
    host.run();
  }

  /** Starts it again, as a reload does. */
  void start() {
    plugin = host.plugin("transfer", settings);
    application = plugin.add(new TransferApplication(plugin));
    host.run();
  }

  TransferSettings transferSettings() {
    return TransferSettings.of(plugin.configuration());
  }

  void attach(Application peer) {
    attach(peer, "peer-" + ++senders);
  }

  private ApplicationContext attach(Application peer, String name) {
    return host.await(plugin.applications().attach(peer, transferSettings().attachOptions(name)));
  }

  /** Begins to send; {@link #run} goes on with it. */
  CompletableFuture<List<SentFile>> send(Path path, String uri) throws IOException, TransferException {
    SendSession send = new SendSession(
        ConnectOptions.of(uri),
        SourceTree.scan(path, 1000),
        transferSettings(),
        plugin.clock(),
        new Progress("send", uri, plugin.clock().nanoTime()));
    sender = attach(send, "sender-" + ++senders);
    return send.result();
  }

  CompletableFuture<List<SentFile>> send(Path path) throws IOException, TransferException {
    return send(path, URI);
  }

  /** Sends and runs to the end. */
  CompletableFuture<List<SentFile>> sendAll(Path path) throws IOException, TransferException {
    CompletableFuture<List<SentFile>> sent = send(path);
    host.run();
    return sent;
  }

  /** Sends until so much has arrived. */
  CompletableFuture<List<SentFile>> sendUntil(Path path, long bytes) throws IOException, TransferException {
    CompletableFuture<List<SentFile>> sent = send(path);
    runUntil(() -> plugin.count("bytes") >= bytes);
    return sent;
  }

  /** Takes the last sender away in the middle of what it does. */
  void cancelSender() {
    if (sender != null) {
      // It may be gone with the plugin.
      var _ = host.await(sender.detach().exceptionally(_ -> null));
    }
    host.run();
  }

  void runUntil(BooleanSupplier condition) {
    host.runtime().runUntil("condition", condition, Duration.ofSeconds(10));
  }

  void run() {
    host.run();
  }

  long count(String counter) {
    return plugin.count(counter);
  }
}

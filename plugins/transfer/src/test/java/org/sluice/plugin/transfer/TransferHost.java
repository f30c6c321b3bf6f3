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
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestConfiguration;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.runtime.SteppedExecutor;

/** A simulated host with cut-through and the transfer plugin, everything small so that tests reach the limits. */
final class TransferHost {
  static final String URI = "ct://127.0.0.1/9";
  static final int CHUNK_BYTES = 4096;
  static final int MAX_FILE_BYTES = 1 << 20;
  static final int MAX_ENTRIES = 10;
  static final int MAX_SESSIONS = 2;
  static final int MAX_CHUNKS = 2;
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  private static final StackLimits FINE = new StackLimits(
      1000, 1000, 1000, 10, StackLimits.DEFAULT.ports(), StackLimits.DEFAULT.applications(), StackLimits.DEFAULT.tx(),
      new WorkerLimits(256, 16, 16, 4, 16, 100_000), StackLimits.DEFAULT.sweep());

  final Simulation simulation;
  final SteppedExecutor disk;
  final Map<String, Object> settings;
  TestHost plugin;
  TransferApplication application;
  private @Nullable ApplicationContext sender;
  private int senders;

  TransferHost(Path target, long seed, int dataWorkers) {
    settings = new HashMap<>(Map.ofEntries(
        Map.entry("listen", List.of(URI)),
        Map.entry("directory", target.toString()),
        Map.entry("chunk", CHUNK_BYTES),
        Map.entry("fifo", 4 * CHUNK_BYTES),
        Map.entry("idle-timeout", IDLE_TIMEOUT),
        Map.entry("limit.file-bytes", MAX_FILE_BYTES),
        Map.entry("limit.entries", MAX_ENTRIES),
        Map.entry("limit.name-bytes", 200),
        Map.entry("limit.sessions", MAX_SESSIONS),
        Map.entry("limit.waiting-chunks", MAX_CHUNKS),
        Map.entry("fault.corrupt-byte-at", -1)));
    simulation = new Simulation(seed, dataWorkers, FINE);
    TestHost cutThrough = simulation.host("local-cutthrough", Map.of("max-connections", 100));
    simulation.start(cutThrough, new CutThroughTransport(cutThrough));
    disk = new SteppedExecutor(simulation.runtime().newRandom());
    simulation.runtime().add("disk", disk);
    plugin = simulation.host("transfer", settings).with(disk);
    application = simulation.start(plugin, new TransferApplication(plugin));
    simulation.run();
  }

  /** Stops the plugin. */
  void stop() {
    simulation.stop(plugin);
    simulation.run();
  }

  /** Starts it again, as a reload does. */
  void start() {
    plugin = simulation.host("transfer", settings).with(disk);
    application = simulation.start(plugin, new TransferApplication(plugin));
    simulation.run();
  }

  TransferSettings transferSettings() {
    return TransferSettings.of(new TestConfiguration(settings));
  }

  void attach(Application peer) {
    var _ = attach(peer, AttachOptions.DEFAULT_NAMESPACE, 0);
  }

  ApplicationContext attach(Application peer, String namespace, long secret) {
    AttachOptions options = transferSettings().attachOptions("peer-" + ++senders).with().namespace(namespace, secret)
        .build();
    return simulation.await(() -> plugin.applications().attach(peer, options));
  }

  /** Begins to send; {@link #run} goes on with it. */
  CompletableFuture<List<SentFile>> send(Path path, String uri) throws IOException, TransferException {
    return send(path, uri, AttachOptions.DEFAULT_NAMESPACE, 0);
  }

  CompletableFuture<List<SentFile>> send(Path path, String uri, String namespace, long secret)
      throws IOException, TransferException {
    SendSession send = new SendSession(
        plugin,
        ConnectOptions.of(uri),
        SourceTree.scan(path, 1000),
        transferSettings(),
        new Progress("send", uri, plugin.clock().nanoTime()));
    sender = attach(send, namespace, secret);
    return send.result();
  }

  CompletableFuture<List<SentFile>> send(Path path) throws IOException, TransferException {
    return send(path, URI);
  }

  /** Sends and runs to the end. */
  CompletableFuture<List<SentFile>> sendAll(Path path) throws IOException, TransferException {
    CompletableFuture<List<SentFile>> sent = send(path);
    simulation.run();
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
    ApplicationContext leaving = sender;
    if (leaving != null) {
      // It may be gone with the plugin.
      var _ = simulation.await(() -> leaving.detach().exceptionally(_ -> null));
    }
    simulation.run();
  }

  void runUntil(BooleanSupplier condition) {
    simulation.runtime().runUntil("condition", condition, Duration.ofSeconds(10));
  }

  void run() {
    simulation.run();
  }

  long count(String counter) {
    return plugin.count(counter);
  }
}

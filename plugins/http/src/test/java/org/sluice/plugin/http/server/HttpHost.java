package org.sluice.plugin.http.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.sluice.core.StackLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.application.AttachOptions;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.runtime.SteppedExecutor;

/** A simulated host with cut-through and the HTTP plugin, everything small so that tests reach the limits. */
final class HttpHost {
  static final String URI = "ct://127.0.0.1/80";
  static final int CHUNK_BYTES = 4096;
  static final int FIFO_BYTES = 2 * CHUNK_BYTES;
  static final int MAX_HEAD_BYTES = 1024;
  static final int MAX_CONNECTIONS = 3;
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
  static final Duration HEAD_TIMEOUT = Duration.ofSeconds(20);

  private static final StackLimits FINE = new StackLimits(
      1000, 1000, 1000, 10, StackLimits.DEFAULT.ports(), StackLimits.DEFAULT.applications(), StackLimits.DEFAULT.tx(),
      new WorkerLimits(256, 16, 16, 4, 16, 100_000), StackLimits.DEFAULT.sweep());

  final Simulation simulation;
  final SteppedExecutor disk;
  final TestHost plugin;
  final HttpApplication application;
  private final TestHost clients;
  private int attached;
  private int refusals;

  HttpHost(Path root, long seed, int dataWorkers) {
    Map<String, Object> settings = new HashMap<>(Map.of(
        "listen", List.of(URI),
        "root", root.toString(),
        "index", "index.html",
        "chunk", CHUNK_BYTES,
        "fifo", FIFO_BYTES,
        "idle-timeout", IDLE_TIMEOUT,
        "head-timeout", HEAD_TIMEOUT,
        "limit.head-bytes", MAX_HEAD_BYTES,
        "limit.connections", MAX_CONNECTIONS,
        "limit.spare-chunks", 1));
    simulation = new Simulation(seed, dataWorkers, FINE);
    TestHost cutThrough = simulation.host("local-cutthrough", Map.of("max-connections", 100));
    simulation.start(cutThrough, new CutThroughTransport(cutThrough));
    disk = new SteppedExecutor(simulation.runtime().newRandom());
    simulation.runtime().add("disk", disk);
    plugin = simulation.host("http", settings).with(this::execute);
    clients = simulation.host("clients", Map.of());
    application = simulation.start(plugin, new HttpApplication(plugin));
    simulation.run();
  }

  private void execute(Runnable task) {
    if (refusals > 0) {
      refusals--;
      throw new RejectedExecutionException("too many tasks wait");
    }
    disk.execute(task);
  }

  /** So many pieces of work are not taken from now on. */
  void refuse(int pieces) {
    refusals = pieces;
  }

  /** Stops the plugin. */
  void stop() {
    simulation.stop(plugin);
    simulation.run();
  }

  /** Stops the clients too. */
  void stopAll() {
    stop();
    simulation.stop(clients);
  }

  /** A client that says something at once; {@link #run} goes on with it. */
  HttpClient client(String text) {
    return client(URI, AttachOptions.DEFAULT_NAMESPACE, 0, text);
  }

  /** The same of a namespace. */
  HttpClient client(String uri, String namespace, long secret, String text) {
    HttpClient client = new HttpClient(simulation, uri, text);
    AttachOptions options = AttachOptions.named("client-" + ++attached).with().namespace(namespace, secret)
        .fifoBytes(FIFO_BYTES, FIFO_BYTES).build();
    var _ = simulation.await(() -> clients.applications().attach(client, options));
    return client;
  }

  /** The same, run until nothing more happens. */
  HttpClient ask(String text) {
    HttpClient client = client(text);
    run();
    return client;
  }

  void run() {
    simulation.run();
  }

  void runUntil(BooleanSupplier condition) {
    simulation.runtime().runUntil("condition", condition, Duration.ofSeconds(10));
  }

  void advance(Duration duration) {
    simulation.advance(duration);
  }

  long count(String counter) {
    return plugin.count(counter);
  }
}

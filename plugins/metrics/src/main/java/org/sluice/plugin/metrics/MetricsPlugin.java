package org.sluice.plugin.metrics;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pf4j.Plugin;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.spi.host.HostServices;

/** Listens as long as the plugin runs, where {@code plugins.metrics.listen} says. */
public final class MetricsPlugin extends Plugin {
  private static final int KEEP_ALIVE_SECONDS = 10;

  private final HostServices services;
  private volatile @Nullable HTTPServer server;

  /**
   * Made by the host.
   *
   * @param services what is counted, and where to listen
   */
  public MetricsPlugin(HostServices services) {
    this.services = services;
  }

  /** Opens the port; without one that is configured nothing happens. */
  @Override
  public void start() {
    Configuration configuration = services.configuration();
    String listen = configuration.text("listen").strip();
    if (listen.isEmpty()) {
      return;
    }
    InetSocketAddress address = parse(listen);
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new Exposition(services.allCounters(), services.counters()));
    try {
      server = HTTPServer.builder().inetAddress(address.getAddress()).port(address.getPort()).registry(registry)
          .executorService(threads(Math.toIntExact(configuration.number("threads")),
              Math.toIntExact(configuration.number("waiting"))))
          .buildAndStart();
    } catch (IOException e) {
      throw new IllegalStateException(
          "nobody can listen on plugins.metrics.listen = \"" + listen + "\": " + e.getMessage(), e);
    }
    services.log().info("metrics are served at http://{}/metrics", listen);
  }

  /** Closes the port and ends its threads. */
  @Override
  public void stop() {
    HTTPServer running = server;
    server = null;
    if (running != null) {
      running.close();
    }
  }

  /** Where it listens, while it does. */
  Optional<InetSocketAddress> address() {
    HTTPServer running = server;
    return running == null ? Optional.empty()
        : Optional.of(parse(services.configuration().text("listen").strip()))
            .map(wanted -> new InetSocketAddress(wanted.getAddress(), running.getPort()));
  }

  private ThreadPoolExecutor threads(int most, int waiting) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool = new ThreadPoolExecutor(most, most, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(waiting), task -> Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
            .name("plugin-metrics-http-" + number.incrementAndGet()).unstarted(task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static InetSocketAddress parse(String listen) {
    int colon = listen.lastIndexOf(':');
    try {
      String host = listen.substring(0, colon);
      int port = Integer.parseInt(listen.substring(colon + 1));
      String literal = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
      return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ConfigurationException("plugins.metrics.listen = \"" + listen
          + "\" is no address with a port, such as 127.0.0.1:9464 or [::1]:9464");
    }
  }
}

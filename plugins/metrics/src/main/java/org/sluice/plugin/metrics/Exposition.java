package org.sluice.plugin.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.HashSet;
import java.util.Set;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.CounterReader;
import org.sluice.spi.runtime.Counters;

/**
 * All counters as they are now, under Prometheus's names: {@code tcp.segments.in} is {@code sluice_tcp_segments_in},
 * to which the text format adds {@code _total}. Any thread.
 */
final class Exposition implements MultiCollector {
  private static final String PREFIX = "sluice_";

  private final CounterReader counters;
  private final Counter scrapes;
  private final Counter collisions;

  /**
   * Reads counters.
   *
   * @param counters what is shown
   * @param own where its own are made
   */
  Exposition(CounterReader counters, Counters own) {
    this.counters = counters;
    scrapes = own.counter("scrapes", "Times that somebody asked for the metrics.");
    collisions = own.counter("collisions", "Counters left out of an answer because another one has their name there.");
  }

  @Override
  public MetricSnapshots collect() {
    scrapes.increment(Counter.NO_WORKER);
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    Set<String> names = new HashSet<>();
    counters.forEach((fullName, description, counter) -> {
      String name = name(fullName);
      if (names.add(name)) {
        all.metricSnapshot(CounterSnapshot.builder().name(name).help(description)
            .dataPoint(CounterDataPointSnapshot.builder().value((double) counter.value()).build()).build());
      } else {
        collisions.increment(Counter.NO_WORKER);
      }
    });
    Runtime machine = Runtime.getRuntime();
    all.metricSnapshot(gauge("sluice_jvm_heap_used_bytes", "Heap that is in use or not yet collected.",
        (double) (machine.totalMemory() - machine.freeMemory())));
    all.metricSnapshot(gauge("sluice_jvm_heap_max_bytes", "What the heap may grow to.", (double) machine.maxMemory()));
    return all.build();
  }

  /** A name that Prometheus takes: dots and dashes become underscores, and reserved endings go. */
  static String name(String fullName) {
    return PrometheusNaming.sanitizeMetricName(PREFIX + fullName.replace('.', '_').replace('-', '_'));
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder().name(name).help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build()).build();
  }
}

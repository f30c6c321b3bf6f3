package org.sluice.plugin.tcp;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.sluice.plugin.tcp.congestion.Cubic;
import org.sluice.plugin.tcp.congestion.NewReno;
import org.sluice.plugin.tcp.congestion.SlowStart;
import org.sluice.spi.host.ExtensionListener;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.CongestionWish;
import org.sluice.spi.transport.EndpointConfig;

/**
 * The congestion control algorithms by name: the two that are built in, and those of other plugins, which come and go.
 * While the wanted one is not there, CUBIC stands in for it. Changed on worker 0, read by all.
 */
final class CongestionChoice implements ExtensionListener<CongestionControl> {
  /** L of RFC 9406 section 4.3 for senders that do not pace. */
  private static final int UNPACED_LIMIT = 8;

  /** Of {@link #wish}: whatever is preferred. */
  static final String NONE = "";

  private final CongestionControl fallback;
  private final Logger log;
  private volatile Map<String, CongestionControl> known;
  private volatile String wanted;
  private volatile CongestionControl preferred;
  private Runnable onGone = () -> {};

  CongestionChoice(TcpConfig config, HostServices host) {
    SlowStart slowStart = config.pacing() ? SlowStart.PACED : new SlowStart(UNPACED_LIMIT, true);
    fallback = new Cubic(slowStart, true);
    NewReno newReno = new NewReno(slowStart);
    known = new TreeMap<>(Map.of(fallback.name(), fallback, newReno.name(), newReno));
    wanted = config.congestion();
    log = host.log();
    preferred = choose();
  }

  /** Watches those of other plugins; tells when one that {@link #isKnown} knew is gone. */
  void watch(HostServices host, Runnable gone) {
    onGone = gone;
    host.watch(CongestionControl.class, this);
    if (!known.containsKey(wanted)) {
      log.warn("congestion = {}: no plugin has an algorithm of that name yet; {} is used until one comes. Known: {}",
          wanted, fallback.name(), names());
    }
  }

  private CongestionControl choose() {
    CongestionControl found = known.get(wanted);
    return found == null ? fallback : found;
  }

  /** The algorithm of new connections. */
  CongestionControl preferred() {
    return preferred;
  }

  /** Has a connection go on with another algorithm; false when there is none of the name. Its worker. */
  boolean choose(TcpConnection c, String name) {
    CongestionControl chosen = known.get(name);
    if (chosen == null) {
      return false;
    }
    c.algorithm = chosen;
    Sender q = c.sender;
    if (q != null && !q.algorithm.equals(chosen)) {
      q.use(chosen);
    }
    return true;
  }

  /** What an endpoint asks for, by name; empty when it asks for nothing; null, and logged, when nobody knows it. */
  @Nullable String wish(EndpointConfig config) {
    CongestionWish wish = config.extension(CongestionWish.class);
    if (wish == null) {
      return NONE;
    }
    if (known.containsKey(wish.algorithm())) {
      return wish.algorithm();
    }
    log.warn("{}: there is no congestion control '{}'; known: {}", config, wish.algorithm(), names());
    return null;
  }

  /** Has a new connection use what its endpoint asked for, unless that is gone. Its worker. */
  void assign(TcpConnection c, String wish) {
    if (!wish.isEmpty()) {
      c.algorithm = known.get(wish);
    }
  }

  /** The name that was asked for, whether it is there or not. */
  String wanted() {
    return wanted;
  }

  List<String> names() {
    return List.copyOf(known.keySet());
  }

  boolean isKnown(CongestionControl algorithm) {
    return algorithm.equals(known.get(algorithm.name()));
  }

  /** The one to use for a connection: its own choice, or the preferred one. */
  CongestionControl of(TcpConnection c) {
    CongestionControl chosen = c.algorithm;
    return chosen == null ? preferred : chosen;
  }

  /** Asks for another one. Worker 0. */
  void want(String name) {
    wanted = name;
    preferred = choose();
  }

  @Override
  public void onAdded(CongestionControl extension) {
    if (known.containsKey(extension.name())) {
      log.warn("congestion control {} is there already; that of {} is not used", extension.name(),
          extension.getClass().getName());
      return;
    }
    change(extension.name(), extension);
  }

  @Override
  public void onRemoved(CongestionControl extension) {
    if (isKnown(extension)) {
      change(extension.name(), null);
      onGone.run();
    }
  }

  private void change(String name, @Nullable CongestionControl now) {
    Map<String, CongestionControl> changed = new TreeMap<>(known);
    if (now == null) {
      changed.remove(name);
    } else {
      changed.put(name, now);
    }
    known = changed;
    preferred = choose();
  }
}

package org.sluice.core;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.network.NetInterface;
import org.sluice.core.session.SessionView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.transport.Endpoint;

/**
 * The live sessions that one plugin has a part in: those that its transports carry, that its applications own, and that
 * go through its cards. Any context; workers are asked piece by piece, so that one with many sessions is not held up.
 */
public final class PluginSessions {
  private static final int SLOTS_PER_PIECE = 512;

  private final Stack stack;
  private final PluginFaults faults;
  private final List<TransportEntry> transports;
  private final Collection<NicDriver> drivers;

  PluginSessions(Stack stack, PluginFaults faults, List<TransportEntry> transports, Collection<NicDriver> drivers) {
    this.stack = stack;
    this.faults = faults;
    this.transports = List.copyOf(transports);
    this.drivers = List.copyOf(drivers);
  }

  /**
   * Counts them.
   *
   * @return completes with how many there are of each part that has any, for example {@code transport tcp} and {@code
   *     application echo}; a session is counted once for each part it concerns
   */
  public CompletableFuture<SortedMap<String, Long>> count() {
    List<String> names = drivers.stream().map(NicDriver::name).toList();
    List<NetInterface> cards = stack.network().snapshot().interfaces().stream()
        .filter(card -> names.contains(card.driver())).toList();
    return count(0, 0, cards, new TreeMap<>());
  }

  private CompletableFuture<SortedMap<String, Long>> count(
      int worker, int fromSlot, List<NetInterface> cards, SortedMap<String, Long> tally) {
    if (worker == stack.workerSet().count()) {
      return CompletableFuture.completedFuture(tally);
    }
    return stack.workerSet()
        .callLater(worker, () -> stack.sessionCore().worker(worker).admin()
            .forEachSession(fromSlot, SLOTS_PER_PIECE, session -> add(session, cards, tally)))
        .thenCompose(next -> next < 0 ? count(worker + 1, 0, cards, tally) : count(worker, next, cards, tally));
  }

  private void add(SessionView session, List<NetInterface> cards, SortedMap<String, Long> tally) {
    if (!session.isLive()) {
      return;
    }
    if (transports.stream().anyMatch(session::isOn)) {
      tally.merge("transport " + session.transport(), 1L, Long::sum);
    }
    if (session.belongsTo(faults)) {
      tally.merge("application " + session.application(), 1L, Long::sum);
    }
    Endpoint local = cards.isEmpty() || session.isLocal() ? null : session.localEndpoint();
    if (local != null) {
      cards.stream().filter(card -> card.has(local.addressHigh(), local.addressLow())).findFirst()
          .ifPresent(card -> tally.merge("interface " + card.name(), 1L, Long::sum));
    }
  }

  /**
   * Has its transports and applications take no new sessions, or take them again; those there are go on. Cards cannot
   * tell new sessions from others, so theirs are only counted.
   *
   * @param on whether they drain
   * @return completes when it holds
   */
  public CompletableFuture<Boolean> drain(boolean on) {
    return stack.workerSet().call(0, () -> {
      transports.forEach(entry -> stack.transports().drain(entry, on));
      return true;
    }).thenCompose(done -> stack.applicationRegistry().drain(faults, on));
  }
}

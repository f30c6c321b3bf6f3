package org.sluice.core.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;

/**
 * Changes the network. What is asked for is done on worker 0, inline when the caller is there; a refusal completes the
 * future with a {@link SessionException} and leaves everything as it was. What adds something is also refused, with a
 * {@link java.util.concurrent.RejectedExecutionException}, while the mailbox of worker 0 is full. Every change becomes
 * visible to all workers as a whole.
 */
public final class NetworkPlane {
  /** The largest number of a table. */
  public static final int MAX_TABLE = 999_999_999;

  private static final String OPERATOR = "operator";

  private final WorkerSet workers;
  private final NetworkState state = new NetworkState();
  private final TableRegistry tables;
  private final InterfaceTable interfaces;
  private final List<InterfaceWatcher> watchers = new ArrayList<>();
  /** Who waits for the link's answer about an address. */
  private final Map<Asked, CompletableFuture<NetInterface>> asked = new HashMap<>();
  private AddressProbe probe = AddressProbe.NONE;
  private final InterfaceCards cards;
  private final CardAddresses cardAddresses = new CardAddresses();
  private volatile IntConsumer cardUser = worker -> {};

  /**
   * Makes a network of nothing.
   *
   * @param workers the workers of the stack
   * @param limits bounds
   * @param clock of the workers
   * @param counters the stack's scope
   * @param drivers what interfaces can be made of
   */
  public NetworkPlane(
      WorkerSet workers, NetworkLimits limits, Clock clock, Counters counters, List<NicDriver> drivers) {
    this.workers = workers;
    NetworkCounters hits = NetworkCounters.of(counters);
    tables = new TableRegistry(state, limits, hits);
    cards = new InterfaceCards(workers, clock, counters, drivers);
    interfaces = new InterfaceTable(state, tables, limits, hits, cards, watchers);
  }

  /**
   * The network now. Any context.
   *
   * @return what holds until the next change
   */
  public NetworkSnapshot snapshot() {
    return state.current();
  }

  // ---- Drivers. Any context.

  /**
   * Adds a driver that interfaces can be made of from now on.
   *
   * @param driver the driver
   * @return completes when it is there; CONFLICT when its name is taken
   */
  public CompletableFuture<Void> addDriver(NicDriver driver) {
    return add(() -> {
      cards.add(driver);
      return true;
    }).thenAccept(done -> {});
  }

  /**
   * Asks each driver what it lacks.
   *
   * @return completes with its sentences by name; none where all is well
   */
  public CompletableFuture<Map<String, List<String>>> probeDrivers() {
    return workers.query(0, cards::probe);
  }

  /**
   * Removes a driver, and deletes the interfaces that were made of it.
   *
   * @param driver the driver; nothing happens when it is not there
   * @return completes when its cards are closed; CONFLICT while something is bound to one of them, which stays then
   */
  public CompletableFuture<Void> removeDriver(NicDriver driver) {
    return call(() -> interfaces.of(driver)).thenCompose(names -> {
      CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
      for (String name : names) {
        done = done.thenCompose(before -> deleteInterface(name));
      }
      return done;
    }).thenCompose(closed -> end(() -> cards.remove(driver)));
  }

  // ---- Interfaces. Any context.

  /**
   * Makes an interface, with its addresses-to-be in table 0.
   *
   * @param driver the name of its driver
   * @param name its name; null for one made of the driver's name and the interface's number
   * @return completes with the interface; INVALID for an unknown driver, CONFLICT for a name that is taken, LIMIT,
   *     NOINTF when the driver cannot open it
   */
  public CompletableFuture<NetInterface> addInterface(String driver, @Nullable String name) {
    return addInterface(driver, name, Map.of());
  }

  /**
   * Makes an interface, with its addresses-to-be in table 0.
   *
   * @param driver the name of its driver
   * @param name its name; null for one made of the driver's name and the interface's number
   * @param options the driver's own options by key
   * @return completes with the interface; INVALID for an unknown driver, CONFLICT for a name that is taken, LIMIT,
   *     NOINTF when the driver cannot open it
   */
  public CompletableFuture<NetInterface> addInterface(
      String driver, @Nullable String name, Map<String, String> options) {
    return add(() -> interfaces.add(driver, name, options)).thenApply(made -> {
      // Frames may have come already, and waked workers that did not see the interface yet.
      for (int i = 0; i < workers.count(); i++) {
        workers.worker(i).wake();
      }
      return made;
    });
  }

  /**
   * Deletes an interface with its addresses, their routes, and the operator's routes that leave by it.
   *
   * @param name its name
   * @return completes when it is closed; NOINTF when there is none, CONFLICT while something is bound to it
   */
  public CompletableFuture<Void> deleteInterface(String name) {
    return call(() -> {
      NetInterface gone = interfaces.delete(name);
      gone.unused().forEach(address -> askNoMore(gone, address.address()));
      return gone;
    })
        .thenCompose(gone -> lettingGo().thenCompose(free -> end(() -> gone.nic().close())));
  }

  /**
   * Moves an interface to another table, with its addresses of that family; what is bound to the interface goes along.
   *
   * @param name its name
   * @param ip4 which family
   * @param table the table, which is made if there is none
   * @return completes with the interface; NOINTF when there is none, IPINUSE when the table has one of its addresses,
   *     LIMIT
   */
  public CompletableFuture<NetInterface> setTable(String name, boolean ip4, int table) {
    return add(() -> {
      NetInterface before = interfaces.find(name);
      NetInterface after = interfaces.move(name, ip4, table);
      if (before != after) {
        changed(after);
      }
      return after;
    });
  }

  /**
   * Gives an interface an address. Where its link has to be asked first, the address is tentative meanwhile: the
   * interface has it in name only. When another station has it, it stays so, as a duplicate, until it is deleted.
   *
   * @param name its name
   * @param address the address with the length of its link
   * @return completes with the interface when it uses the address; NOINTF when there is none, INVALID for an address
   *     that no interface can have, IPINUSE when one has it or another station of the link, ADDR_NOT_IN_USE when it was
   *     deleted meanwhile, LIMIT
   */
  public CompletableFuture<NetInterface> addAddress(String name, IpPrefix address) {
    return add(() -> begin(name, address)).thenCompose(Claim::used);
  }

  /**
   * The same for who does not wait for the link's answer.
   *
   * @param name its name
   * @param address the address with the length of its link
   * @return completes with the interface when it has the address, be it as a tentative one; otherwise as {@link
   *     #addAddress}
   */
  public CompletableFuture<NetInterface> beginAddress(String name, IpPrefix address) {
    return add(() -> begin(name, address)).thenApply(Claim::begun);
  }

  /** An interface that has an address, be it as a tentative one, and when it uses it. */
  private record Claim(NetInterface begun, CompletableFuture<NetInterface> used) {}

  private Claim begin(String name, IpPrefix prefix) {
    IpAddress address = prefix.address();
    boolean isAsked = probe.isAsked(interfaces.find(name), address);
    NetInterface after = interfaces.addAddress(name, prefix, isAsked);
    if (!isAsked) {
      return new Claim(after, CompletableFuture.completedFuture(changed(after)));
    }
    commit();
    if (!probe.start(after, address)) {
      var _ = interfaces.deleteAddress(name, address);
      commit();
      throw new SessionException(
          SessionError.LIMIT, "address " + prefix + ", because as many as may be are asked for on the link");
    }
    CompletableFuture<NetInterface> used = new CompletableFuture<>();
    asked.put(new Asked(after.index(), address), used);
    return new Claim(after, used);
  }

  private record Asked(int index, IpAddress address) {}

  /**
   * The link has answered for an address, or has not in time. Nothing happens when that is not waited for any more.
   * Worker 0.
   *
   * @param index the interface
   * @param address the address
   * @param free whether it may be used
   */
  public void settle(int index, IpAddress address, boolean free) {
    CompletableFuture<NetInterface> used = asked.remove(new Asked(index, address));
    try {
      NetInterface after = committed(() -> interfaces.settle(index, address, free));
      if (used == null || after == null) {
        return;
      }
      if (free) {
        used.complete(changed(after));
      } else {
        used.completeExceptionally(new SessionException(SessionError.IPINUSE,
            address + " on interface '" + after.name() + "', because another station of its link has it"));
      }
    } catch (SessionException refusal) {
      commit();
      if (used != null) {
        used.completeExceptionally(refusal);
      }
    }
  }

  private void askNoMore(NetInterface one, IpAddress address) {
    CompletableFuture<NetInterface> used = asked.remove(new Asked(one.index(), address));
    if (used != null) {
      probe.cancel(one, address);
      used.completeExceptionally(new SessionException(
          SessionError.ADDR_NOT_IN_USE, address + " was deleted before interface '" + one.name() + "' used it"));
    }
  }

  /**
   * Lets an interface take addresses, routes and advice from the routers of its link, or gives back what it took.
   *
   * @param name its name
   * @param on whether
   * @return completes with the interface; NOINTF when there is none, INVALID for a loop
   */
  public CompletableFuture<NetInterface> setAutoconf(String name, boolean on) {
    return add(() -> changed(interfaces.autoconf(name, on)));
  }

  /**
   * Takes an address away. Sessions that have it keep it.
   *
   * @param name the interface's name
   * @param address the address
   * @return completes with the interface; NOINTF when there is none, ADDR_NOT_IN_USE when it has no such address
   */
  public CompletableFuture<NetInterface> deleteAddress(String name, IpAddress address) {
    return call(() -> {
      NetInterface after = interfaces.deleteAddress(name, address);
      askNoMore(after, address);
      return changed(after);
    });
  }

  // ---- Tables and routes. Any context.

  /**
   * Keeps a table, also while nobody else uses it.
   *
   * @param ip4 its family
   * @param id its number, not negative
   * @return completes with whether it was not kept before; LIMIT
   */
  public CompletableFuture<Boolean> keepTable(boolean ip4, int id) {
    return add(() -> tables.join(ip4, id, OPERATOR));
  }

  /**
   * Does not keep a table any more: it goes with its routes now, or when its last user has left it.
   *
   * @param ip4 its family
   * @param id its number
   * @return completes with whether it was kept before
   */
  public CompletableFuture<Boolean> dropTable(boolean ip4, int id) {
    return call(() -> tables.leave(ip4, id, OPERATOR));
  }

  /**
   * Adds a route of the operator's.
   *
   * @param table the table, of the family of the route's prefix
   * @param route see {@link Route#forward}, {@link Route#local} and {@link Route#drop}
   * @return completes when it holds; INVALID when there is no such table or the next hop is of the other family, NOINTF
   *     when there is no such interface, CONFLICT when the operator has a route to that prefix, LIMIT
   */
  public CompletableFuture<Void> addRoute(int table, Route route) {
    return this.<@Nullable Void>add(() -> {
      check(route);
      tables.add(table, route);
      return null;
    });
  }

  /**
   * Removes a route of the operator's.
   *
   * @param table the table, of the family of the prefix
   * @param prefix the prefix
   * @return completes when it is gone; INVALID when there is no such table, NOROUTE when the operator has no such route
   */
  public CompletableFuture<Void> deleteRoute(int table, IpPrefix prefix) {
    return end(() -> tables.remove(table, prefix));
  }

  /** Completes when no worker is on the queues of an interface that the snapshot has no more. */
  private CompletableFuture<Void> lettingGo() {
    CompletableFuture<?>[] steps = new CompletableFuture<?>[workers.count()];
    for (int i = 0; i < steps.length; i++) {
      int worker = i;
      steps[i] = workers.call(i, () -> {
        cardUser.accept(worker);
        return true;
      });
    }
    return CompletableFuture.allOf(steps);
  }

  private void check(Route route) {
    IpAddress nextHop = route.nextHop();
    if (route.kind() == Route.Kind.FORWARD && state.next().byIndex(route.interfaceIndex()) == null) {
      throw new SessionException(SessionError.NOINTF, "route to " + route.prefix());
    }
    if (nextHop != null && (nextHop.isIp4() != route.prefix().isIp4() || nextHop.isAny() || nextHop.isLoopback())) {
      throw new SessionException(SessionError.INVALID, "route to " + route.prefix() + " by " + nextHop);
    }
  }

  // ---- Those that stand on the network. Worker 0.

  /**
   * Adds somebody who follows interfaces.
   *
   * @param watcher is asked before, and told after, each change of an interface's table or addresses
   */
  public void watch(InterfaceWatcher watcher) {
    watchers.add(watcher);
  }

  /**
   * Makes somebody a user of a table, which is made if there is none.
   *
   * @param ip4 its family
   * @param id its number
   * @param user in words who it is; different from all other users
   * @throws SessionException LIMIT
   */
  public void joinTable(boolean ip4, int id, String user) {
    var _ = tables.join(ip4, id, user);
    commit();
  }

  /**
   * Takes a user from a table, which is freed when it was the last one.
   *
   * @param ip4 its family
   * @param id its number
   * @param user who it is
   */
  public void leaveTable(boolean ip4, int id, String user) {
    var _ = tables.leave(ip4, id, user);
    commit();
  }

  /**
   * Keeps an interface from being deleted.
   *
   * @param index its number
   * @param user in words who does
   */
  public void holdInterface(int index, String user) {
    interfaces.hold(index, user);
  }

  /**
   * Lets an interface be deleted again.
   *
   * @param index its number
   * @param user who held it
   */
  public void releaseInterface(int index, String user) {
    interfaces.release(index, user);
  }

  /**
   * Sets who asks links for addresses. Before the first turn.
   *
   * @param asker the probe
   */
  public void addressProbe(AddressProbe asker) {
    probe = asker;
  }

  // ---- What routers tell. Worker 0.

  /**
   * Adds a route that a router told of, to the table of its interface.
   *
   * @param route see {@link Route#learned}
   */
  public void learn(Route route) {
    NetInterface one = state.next().byIndex(route.interfaceIndex());
    if (one != null) {
      tables.learn(one.table(route.prefix().isIp4()), route);
      commit();
    }
  }

  /**
   * Removes a route that a router told of. Nothing happens when it is gone.
   *
   * @param route see {@link Route#learned}
   */
  public void forget(Route route) {
    NetInterface one = state.next().byIndex(route.interfaceIndex());
    if (one != null) {
      tables.forget(one.table(route.prefix().isIp4()), route);
      commit();
    }
  }

  /**
   * Marks an address as one that is not chosen any more, or takes the mark away. Nothing happens when it is gone.
   *
   * @param index the interface
   * @param address the address
   * @param deprecated whether
   */
  public void deprecate(int index, IpAddress address, boolean deprecated) {
    interfaces.deprecate(index, address, deprecated);
    commit();
  }

  /**
   * Sets what the routers of a link say.
   *
   * @param index the interface; nothing happens when it is gone
   * @param advice what they say
   */
  public void advise(int index, LinkAdvice advice) {
    interfaces.advise(index, advice);
    commit();
  }

  /**
   * Sets who is on the queues of the cards. Before the first turn.
   *
   * @param follow called on each worker, with its index, when an interface was deleted and before its card is closed:
   *     it lets go of the queues that the snapshot does not have any more
   */
  public void cardUser(IntConsumer follow) {
    cardUser = follow;
  }

  /** Closes the cards, after the workers have stopped. */
  public void close() {
    interfaces.close();
  }

  // ---- The way to worker 0.

  private void commit() {
    state.commit();
    cardAddresses.follow(state.current());
  }

  private NetInterface changed(NetInterface after) {
    commit();
    watchers.forEach(watcher -> watcher.changed(after));
    return after;
  }

  private <T extends @Nullable Object> CompletableFuture<T> add(Supplier<T> change) {
    return workers.query(0, () -> committed(change));
  }

  private <T extends @Nullable Object> CompletableFuture<T> call(Supplier<T> change) {
    return workers.call(0, () -> committed(change));
  }

  private CompletableFuture<Void> end(Runnable change) {
    return call(() -> {
      change.run();
      return true;
    }).thenAccept(done -> {});
  }

  private <T extends @Nullable Object> T committed(Supplier<T> change) {
    T result = change.get();
    commit();
    return result;
  }
}

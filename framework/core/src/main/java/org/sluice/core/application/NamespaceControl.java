package org.sluice.core.application;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.InterfaceWatcher;
import org.sluice.core.network.NetInterface;
import org.sluice.core.policy.PolicyTables;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;

/**
 * Makes, binds and deletes namespaces. Any context calls; the work is done on worker 0, and what is refused completes
 * with a {@link org.sluice.spi.application.SessionException} and changes nothing.
 */
public final class NamespaceControl {
  /**
   * What became of a namespace.
   *
   * @param isNew whether there was none of its id
   * @param moved whether one that was there has another place now
   * @param otherSecret whether one that was there has another secret now, or none any more
   * @param hasSecret whether one has to be known to attach now
   */
  public record Change(boolean isNew, boolean moved, boolean otherSecret, boolean hasSecret) {}

  private final ControlPlane plane;
  private final ApplicationRegistry registry;

  NamespaceControl(ControlPlane plane, ApplicationRegistry registry) {
    this.plane = plane;
    this.registry = registry;
    plane.network().watch(new Follower());
  }

  /**
   * Makes a namespace, or gives one of that id another place, and another secret where one is given. Its
   * applications then stay, their listeners keep their handles and move to the new tables, and their sessions stay
   * where they are.
   *
   * @param id its name, not blank
   * @param secret what an application has to know to attach; 0 for nothing; empty for what it is, nothing at first
   * @param binding where its endpoints are to live
   * @return completes with what has changed; INVALID for a blank id, a binding to nothing or an unknown table,
   *     NOINTF for an unknown interface, CONFLICT while one of that id is being deleted, LIMIT; when a listener cannot
   *     move: ALREADY_LISTENING, INVALID_NS for one of a family that is to be absent, NOIP where the interface has no
   *     address
   */
  public CompletableFuture<Change> add(String id, OptionalLong secret, NamespaceBinding binding) {
    String what = "namespace '" + id + "'";
    return plane.admit(what, () -> {
      plane.assertMain();
      if (id.isBlank()) {
        throw plane.failure(SessionError.INVALID, "a namespace without an id");
      }
      if (plane.namespaces().isLeaving(id)) {
        throw plane.failure(SessionError.CONFLICT, what + ", while one of that id is being deleted");
      }
      Namespace.Place place = place(binding, what);
      Namespace present = plane.namespaces().get(id);
      if (present != null) {
        registry.checkMove(present, place, new HashMap<>(), what);
        boolean moves = !place.equals(present.place());
        long before = present.secret();
        present.secret(secret.orElse(before));
        move(present, place);
        return new Change(false, moves, present.secret() != before, present.secret() != 0);
      }
      if (plane.namespaces().size() >= plane.limits().maxNamespaces()) {
        throw plane.limit(plane.counters().namespaces(), plane.limits().maxNamespaces(), what);
      }
      Namespace made = plane.namespaces().add(id, secret.orElse(0), place);
      enter(made, place);
      return new Change(true, false, false, made.secret() != 0);
    });
  }

  /**
   * Deletes a namespace, and detaches its applications first. Nobody can attach to it from the first step on.
   *
   * @param id its name
   * @return completes when it is gone; INVALID_NS when there is none of that id, INVALID for the default one
   */
  public CompletableFuture<Void> delete(String id) {
    String what = "delete of namespace '" + id + "'";
    return plane.run(() -> {
      plane.assertMain();
      Namespace namespace = plane.namespaces().get(id);
      if (namespace == null) {
        throw plane.failure(SessionError.INVALID_NS, what);
      }
      if (id.equals(AttachOptions.DEFAULT_NAMESPACE)) {
        throw plane.failure(SessionError.INVALID, what);
      }
      plane.namespaces().leaves(namespace);
      return namespace;
    }).thenCompose(namespace -> registry.detachAll(application -> application.namespace() == namespace)
        .thenCompose(detached -> plane.run(() -> {
          gone(namespace);
          return true;
        }))).thenAccept(done -> {});
  }

  /**
   * What consoles may see. Worker 0.
   *
   * @return the namespaces, in the order they came; then those that are being deleted
   */
  public List<NamespaceView> views() {
    plane.assertMain();
    List<NamespaceView> views = new ArrayList<>();
    for (Namespace namespace : plane.namespaces().allAndLeaving()) {
      NetInterface bound = namespace.place().bound();
      List<String> applications = registry.all().stream()
          .filter(application -> application.namespace() == namespace)
          .map(application -> application.options().name())
          .toList();
      views.add(new NamespaceView(namespace.id(), namespace.index(),
          plane.namespaces().isLeaving(namespace.id()), namespace.secret() != 0,
          bound == null ? "" : bound.name(), namespace.table(true), namespace.table(false), applications));
    }
    return views;
  }

  // ---- Places.

  private Namespace.Place place(NamespaceBinding binding, String what) {
    String name = binding.interfaceName();
    if (name != null) {
      NetInterface bound = plane.network().snapshot().byName(name);
      if (bound == null) {
        throw plane.failure(SessionError.NOINTF, what + ", bound to interface '" + name + "'");
      }
      return Namespace.Place.of(bound);
    }
    Namespace.Place place = Namespace.Place.of(binding.table4(), binding.table6());
    boolean bound = false;
    for (boolean ip4 : List.of(true, false)) {
      int table = place.table(ip4);
      bound |= table != NamespaceBinding.ABSENT;
      if (table != NamespaceBinding.ABSENT && plane.network().snapshot().table(ip4, table) == null) {
        throw plane.failure(SessionError.INVALID, what + ", bound to the " + (ip4 ? "IPv4" : "IPv6") + " table " + table
            + ", which does not exist; 'table add' makes it");
      }
    }
    if (!bound) {
      throw plane.failure(SessionError.INVALID, what + ", bound to neither an interface nor a table");
    }
    return place;
  }

  /** Uses what a place is made of. */
  private void enter(Namespace namespace, Namespace.Place place) {
    String user = NamespaceTable.user(namespace);
    for (boolean ip4 : List.of(true, false)) {
      if (place.table(ip4) != NamespaceBinding.ABSENT) {
        plane.network().joinTable(ip4, place.table(ip4), user);
      }
    }
    NetInterface bound = place.bound();
    if (bound != null) {
      plane.network().holdInterface(bound.index(), user);
    }
  }

  /** Uses what a place is made of no more, unless another place needs it. */
  private void leave(Namespace namespace, Namespace.Place place, Namespace.@Nullable Place kept) {
    String user = NamespaceTable.user(namespace);
    for (boolean ip4 : List.of(true, false)) {
      int table = place.table(ip4);
      if (table != NamespaceBinding.ABSENT && (kept == null || kept.table(ip4) != table)) {
        plane.network().leaveTable(ip4, table, user);
        retire(ip4, table);
      }
    }
    NetInterface bound = place.bound();
    if (bound != null && !holds(kept, bound)) {
      plane.network().releaseInterface(bound.index(), user);
    }
  }

  private static boolean holds(Namespace.@Nullable Place place, NetInterface one) {
    NetInterface bound = place == null ? null : place.bound();
    return bound != null && bound.index() == one.index();
  }

  /** Forgets the rules of a table that no namespace uses any more. */
  private void retire(boolean ip4, int table) {
    boolean used = plane.namespaces().allAndLeaving().stream().anyMatch(other -> other.table(ip4) == table);
    if (!used) {
      plane.policy().retire(table, ip4);
    }
  }

  private void move(Namespace namespace, Namespace.Place place) {
    Namespace.Place before = namespace.place();
    enter(namespace, place);
    namespace.place(place);
    registry.moved(namespace);
    leave(namespace, before, place);
  }

  private void gone(Namespace namespace) {
    plane.namespaces().gone(namespace);
    leave(namespace, namespace.place(), null);
    plane.policy().retire(PolicyTables.local(namespace.index()));
  }

  /** Namespaces go where their interface goes. */
  private final class Follower implements InterfaceWatcher {
    @Override
    public void check(NetInterface after) {
      Map<ListenKey, Listens.Claim> taken = new HashMap<>();
      for (Namespace namespace : boundTo(after)) {
        registry.checkMove(namespace, Namespace.Place.of(after), taken,
            "change of interface '" + after.name() + "', which namespace '" + namespace.id() + "' is bound to");
      }
    }

    @Override
    public void changed(NetInterface after) {
      for (Namespace namespace : boundTo(after)) {
        move(namespace, Namespace.Place.of(after));
      }
    }

    private List<Namespace> boundTo(NetInterface one) {
      return plane.namespaces().all().stream().filter(namespace -> holds(namespace.place(), one)).toList();
    }
  }
}

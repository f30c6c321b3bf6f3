package org.sluice.core.application;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.policy.DenyChange;
import org.sluice.core.policy.DenyEntry;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.PolicyTables;
import org.sluice.core.policy.Rule;
import org.sluice.core.policy.RuleAction;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;

/**
 * Rules and deny lists by the names that operators use: namespaces, protocols, applications. A rule of the scope GLOBAL
 * lives in the table set of the namespace, which others may share, and is about what comes from the network; one of the
 * scope LOCAL lives in the namespace, and is about its connects. Each method is called on worker 0, and fails with a
 * {@code SessionException} that says why.
 */
public final class PolicyControl {
  /**
   * Where entries are, for consoles.
   *
   * @param scope GLOBAL for a table set, LOCAL for a namespace
   * @param table the table set, or the index of the namespace
   * @param namespaces the ids of those it is for
   */
  public record Place(Scope scope, int table, List<String> namespaces) {
    /** Copies the list. */
    public Place {
      namespaces = List.copyOf(namespaces);
    }

    private int number() {
      return scope == Scope.LOCAL ? PolicyTables.local(table) : table;
    }
  }

  private final ControlPlane plane;
  private final ApplicationRegistry registry;

  PolicyControl(ControlPlane plane, ApplicationRegistry registry) {
    this.plane = plane;
    this.registry = registry;
  }

  /**
   * What decides now. Any context.
   *
   * @return the backend
   */
  public PolicyBackend backend() {
    return plane.policy().backend();
  }

  /**
   * Chooses what decides. Turning it off forgets all entries.
   *
   * @param backend the backend; CONFLICT when another one is on, which is to be turned off first
   */
  public void select(PolicyBackend backend) {
    plane.assertMain();
    check(plane.policy().select(backend),
        "backend " + backend.label() + ", while " + backend().label() + " is on: turn that off first");
  }

  // ---- Rules.

  /**
   * Adds a rule, or replaces the one that matches the same: in all of the scopes or in none.
   *
   * @param namespace the namespace's id; INVALID_NS when there is none
   * @param scopes where; none means GLOBAL
   * @param protocol the name of a transport; TRANSPORT_NO_REG when none was ever registered under it
   * @param key what it matches; in the scope LOCAL its local side does not count
   * @param action what becomes of it; INVALID for a redirect to an application of elsewhere, NOAPP to none
   * @param tag see {@link Rule}; empty for none
   */
  public void addRule(
      String namespace, Set<Scope> scopes, String protocol, RuleKey key, RuleAction action, String tag) {
    Namespace in = namespace(namespace);
    String what = "rule for " + protocol + " " + key;
    Rule rule = new Rule(slot(protocol, what), key, action, tag);
    for (Scope scope : orGlobal(scopes)) {
      reachable(action, in, scope, key.isIp4(), what);
    }
    check(plane.policy().add(places(in, scopes, key.isIp4()), rule), what + tagged(tag));
  }

  /**
   * Takes a rule out; NOROUTE when it is in none of the scopes, INVALID_NS when the namespace lacks one of them.
   *
   * @param namespace the namespace's id
   * @param scopes where; none means GLOBAL
   * @param protocol the name of a transport
   * @param key what it matches
   */
  public void deleteRule(String namespace, Set<Scope> scopes, String protocol, RuleKey key) {
    Namespace in = namespace(namespace);
    String what = "rule for " + protocol + " " + key;
    int slot = slot(protocol, what);
    boolean found = false;
    for (int place : places(in, scopes, key.isIp4())) {
      found |= plane.policy().delete(place, slot, key) == SessionError.NONE;
    }
    check(found ? SessionError.NONE : SessionError.NOROUTE, what);
  }

  /**
   * Takes the rule of a tag out, of each family; NOROUTE when it is in none of the scopes.
   *
   * @param namespace the namespace's id
   * @param scopes where; none means GLOBAL
   * @param tag its tag
   */
  public void deleteRule(String namespace, Set<Scope> scopes, String tag) {
    Namespace in = namespace(namespace);
    boolean found = false;
    for (Scope scope : orGlobal(scopes)) {
      for (boolean ip4 : families(in, scope)) {
        found |= plane.policy().delete(place(in, scope, ip4), ip4, tag) == SessionError.NONE;
      }
    }
    check(found ? SessionError.NONE : SessionError.NOROUTE, "rule" + tagged(tag));
  }

  /**
   * The rules of a place.
   *
   * @param place one of {@link #places}
   * @return in the order in which they came
   */
  public List<Rule> rules(Place place) {
    plane.assertMain();
    return plane.policy().rules(place.number());
  }

  /**
   * The rule that wins.
   *
   * @param namespace the namespace's id
   * @param scope GLOBAL for a packet, LOCAL for a connect
   * @param protocol the name of a transport
   * @param key addresses and ports; protocol and table are set here
   * @return the rule, or null when none matches
   */
  public @Nullable Rule winner(String namespace, Scope scope, String protocol, FlowKey key) {
    Namespace in = namespace(namespace);
    boolean ip4 = IpAddress.isIp4(key.remoteHigh(), key.remoteLow());
    return plane.policy().rule(place(in, scope, ip4), slot(protocol, "rule for " + protocol), key);
  }

  /**
   * The name of a rule's protocol.
   *
   * @param rule the rule
   * @return the name of the transports it is for
   */
  public String protocol(Rule rule) {
    plane.assertMain();
    return plane.transports().name(rule.protocol());
  }

  // ---- Deny lists.

  /**
   * Changes the deny list of a namespace's table sets, all of it or nothing.
   *
   * @param namespace the namespace's id
   * @param changes in order; those by prefix go to the table set of its family
   */
  public void changeDenied(String namespace, List<DenyChange> changes) {
    Namespace in = namespace(namespace);
    for (DenyChange change : changes) {
      if (change instanceof DenyChange.Add(DenyEntry entry)) {
        reachable(entry.action(), in, Scope.GLOBAL, entry.source().isIp4(), "entry for " + entry.source());
      }
    }
    String what = changes.size() == 1 ? text(changes.getFirst()) : "change of the deny list";
    for (int table : deniedIn(in, changes, what)) {
      check(plane.policy().change(table, changes), what);
    }
  }

  /**
   * Takes the entry of a tag out of the deny lists of a namespace's table sets, of each family; NOROUTE when there is
   * none.
   *
   * @param namespace the namespace's id
   * @param tag its tag
   * @return how many there were: one of each family at most
   */
  public int deleteDenied(String namespace, String tag) {
    Namespace in = namespace(namespace);
    SessionError error = SessionError.NOROUTE;
    int deleted = 0;
    for (boolean ip4 : families(in, Scope.GLOBAL)) {
      List<DenyChange> change = List.of(new DenyChange.DeleteTag(ip4, tag));
      SessionError made = plane.policy().change(place(in, Scope.GLOBAL, ip4), change);
      error = made == SessionError.NOROUTE ? error : made;
      deleted += made == SessionError.NONE ? 1 : 0;
    }
    check(error, "delete of the deny list entry" + tagged(tag));
    return deleted;
  }

  private static String text(DenyChange change) {
    return switch (change) {
      case DenyChange.Add(DenyEntry entry) -> "deny list entry for " + entry.source() + tagged(entry.tag());
      case DenyChange.Delete(IpPrefix source) -> "delete of the deny list entry for " + source;
      case DenyChange.DeleteTag(_, String tag) -> "delete of the deny list entry" + tagged(tag);
    };
  }

  /** The table that changes are about: all of one family where the two families have different tables. */
  private Set<Integer> deniedIn(Namespace in, List<DenyChange> changes, String what) {
    Set<Integer> tables = new TreeSet<>();
    for (DenyChange change : changes) {
      switch (change) {
        case DenyChange.Add(DenyEntry entry) -> tables.add(place(in, Scope.GLOBAL, entry.source().isIp4()));
        case DenyChange.Delete(IpPrefix source) -> tables.add(place(in, Scope.GLOBAL, source.isIp4()));
        case DenyChange.DeleteTag(boolean ip4, _) -> tables.add(place(in, Scope.GLOBAL, ip4));
      }
    }
    if (tables.size() > 1) {
      throw plane.failure(
          SessionError.INVALID, what + ", for both families at once, which have different tables in '" + in.id() + "'");
    }
    return tables;
  }

  /**
   * The deny list of a place.
   *
   * @param place one of {@link #places}
   * @return IPv4 before IPv6, then by address
   */
  public List<DenyEntry> denied(Place place) {
    plane.assertMain();
    return plane.policy().denied(place.number());
  }

  /**
   * The entry that wins for a source.
   *
   * @param namespace the namespace's id
   * @param source its address
   * @return the entry, or null when none matches
   */
  public @Nullable DenyEntry denied(String namespace, IpAddress source) {
    int table = place(namespace(namespace), Scope.GLOBAL, source.isIp4());
    return plane.policy().denied(table, source.high(), source.low());
  }

  // ---- Places and names.

  /**
   * The places that have entries.
   *
   * @param namespace only those of a namespace; null for all
   * @return local ones first
   */
  public List<Place> places(@Nullable String namespace) {
    plane.assertMain();
    Namespace only = namespace == null ? null : namespace(namespace);
    List<Place> places = new ArrayList<>();
    for (int number : plane.policy().places()) {
      Scope scope = number < 0 ? Scope.LOCAL : Scope.GLOBAL;
      List<String> ids = new ArrayList<>();
      boolean asked = only == null;
      for (Namespace in : plane.namespaces().allAndLeaving()) {
        if (places(in, scope).contains(number)) {
          ids.add(in.id());
          asked |= in == only;
        }
      }
      if (asked) {
        places.add(new Place(scope, number < 0 ? PolicyTables.local(number) : number, ids));
      }
    }
    return places;
  }

  /**
   * The name of the application that an action redirects to.
   *
   * @param action the action
   * @return its name; empty when it has left, and for other actions
   */
  public String application(RuleAction action) {
    plane.assertMain();
    AttachedApplication target = action instanceof RuleAction.Redirect(long handle) ? byHandle(handle) : null;
    return target == null ? "" : target.options().name();
  }

  /**
   * Redirects to an application.
   *
   * @param application its name; NOAPP when none is attached by it
   * @return the action
   */
  public RuleAction redirect(String application) {
    plane.assertMain();
    for (AttachedApplication attached : registry.all()) {
      if (attached.options().name().equals(application) && !attached.isDetached()) {
        return new RuleAction.Redirect(attached.handle());
      }
    }
    throw plane.failure(SessionError.NOAPP, "redirect to '" + application + "'");
  }

  private @Nullable AttachedApplication byHandle(long handle) {
    for (AttachedApplication attached : registry.all()) {
      if (attached.handle() == handle) {
        return attached;
      }
    }
    return null;
  }

  /** A redirect leads to an application of the same tables: it is no way out of a namespace. */
  private void reachable(RuleAction action, Namespace from, Scope scope, boolean ip4, String what) {
    if (action instanceof RuleAction.Redirect(long handle)) {
      AttachedApplication target = byHandle(handle);
      if (target == null) {
        throw plane.failure(SessionError.NOAPP, what);
      }
      Namespace to = target.namespace();
      boolean same = scope == Scope.GLOBAL && to.table(ip4) == from.table(ip4);
      if (to != from && !same) {
        throw plane.failure(SessionError.INVALID, what + ", which redirects to '" + target.options().name()
            + "' of namespace '" + to.id() + "'");
      }
    }
  }

  private Namespace namespace(String id) {
    plane.assertMain();
    Namespace namespace = plane.namespaces().get(id);
    if (namespace == null) {
      throw plane.failure(SessionError.INVALID_NS, "policy of namespace '" + id + "'");
    }
    return namespace;
  }

  private int slot(String protocol, String what) {
    int slot = plane.transports().nameSlot(protocol);
    if (slot < 0) {
      throw plane.failure(SessionError.TRANSPORT_NO_REG, what);
    }
    return slot;
  }

  private int place(Namespace namespace, Scope scope, boolean ip4) {
    if (scope == Scope.GLOBAL && namespace.table(ip4) == NamespaceBinding.ABSENT) {
      throw plane.failure(
          SessionError.INVALID_NS, "policy of namespace '" + namespace.id() + "', which has no table of that family");
    }
    return scope == Scope.LOCAL ? PolicyTables.local(namespace.index()) : namespace.table(ip4);
  }

  /** The places of scopes for one family; throws when the namespace lacks one of them. */
  private int[] places(Namespace namespace, Set<Scope> scopes, boolean ip4) {
    return orGlobal(scopes).stream().mapToInt(scope -> place(namespace, scope, ip4)).toArray();
  }

  /** The families that a namespace has in a scope; true for IPv4. */
  private static List<Boolean> families(Namespace namespace, Scope scope) {
    return Stream.of(true, false)
        .filter(ip4 -> scope == Scope.LOCAL || namespace.table(ip4) != NamespaceBinding.ABSENT).toList();
  }

  private static Set<Integer> places(Namespace namespace, Scope scope) {
    if (scope == Scope.LOCAL) {
      return Set.of(PolicyTables.local(namespace.index()));
    }
    Set<Integer> tables = new TreeSet<>(List.of(namespace.table(true), namespace.table(false)));
    tables.remove(NamespaceBinding.ABSENT);
    return tables;
  }

  private static Set<Scope> orGlobal(Set<Scope> scopes) {
    return scopes.isEmpty() ? EnumSet.of(Scope.GLOBAL) : scopes;
  }

  private static String tagged(String tag) {
    return tag.isEmpty() ? "" : " with tag '" + tag + "'";
  }

  private void check(SessionError error, String what) {
    if (error == SessionError.NOSUPPORT) {
      throw plane.failure(error, what + ", while the backend is " + backend().label());
    }
    if (error != SessionError.NONE) {
      throw plane.failure(error, what);
    }
  }
}

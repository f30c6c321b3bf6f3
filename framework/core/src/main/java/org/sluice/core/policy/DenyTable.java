package org.sluice.core.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.PrefixTrie;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;

/** The deny list of one table set. Worker 0 writes; any worker finds the longest prefix of one state of it. */
final class DenyTable implements PolicyTable {
  /** Families may be of different namespaces, which do not share names. */
  private record Tag(String name, boolean ip4) {}

  private final Map<Tag, IpPrefix> byTag = new HashMap<>();
  private volatile PrefixTrie<DenyEntry> entries = PrefixTrie.empty();

  // ---- Worker 0.

  /**
   * Makes changes in order: all of them, or none when one is refused.
   *
   * @param room by how many entries the list may grow
   * @return NONE; IPINUSE for a prefix that is there, NOROUTE for one that is not, INVALID for a tag that is too long
   *     or another entry's, LIMIT
   */
  SessionError change(List<DenyChange> changes, int room) {
    PrefixTrie<DenyEntry> before = entries;
    PrefixTrie<DenyEntry> after = before;
    List<Runnable> undo = new ArrayList<>();
    SessionError error = SessionError.NONE;
    for (int i = 0; i < changes.size() && error == SessionError.NONE; i++) {
      DenyChange change = changes.get(i);
      error = refusal(change, after);
      if (error == SessionError.NONE) {
        after = changed(change, after, undo);
      }
    }
    if (error == SessionError.NONE && after.size() - before.size() > room) {
      error = SessionError.LIMIT;
    }
    if (error == SessionError.NONE) {
      entries = after;
    } else {
      undo.reversed().forEach(Runnable::run);
    }
    return error;
  }

  private SessionError refusal(DenyChange change, PrefixTrie<DenyEntry> now) {
    return switch (change) {
      case DenyChange.Add(DenyEntry entry) when entry.source().length() == 0 || now.get(entry.source()) != null ->
          SessionError.IPINUSE;
      case DenyChange.Add(DenyEntry entry) when !Rule.isTag(entry.tag()) || byTag.containsKey(tag(entry)) ->
          SessionError.INVALID;
      case DenyChange.Add add -> SessionError.NONE;
      case DenyChange.Delete(IpPrefix source) when now.get(source) == null -> SessionError.NOROUTE;
      case DenyChange.Delete delete -> SessionError.NONE;
      case DenyChange.DeleteTag(boolean ip4, String tag) when byTag.containsKey(new Tag(tag, ip4)) -> SessionError.NONE;
      case DenyChange.DeleteTag unknown -> SessionError.NOROUTE;
    };
  }

  /** Makes a change that is not refused; what takes its tag back goes to the list. */
  private PrefixTrie<DenyEntry> changed(DenyChange change, PrefixTrie<DenyEntry> now, List<Runnable> undo) {
    IpPrefix source = switch (change) {
      case DenyChange.Add(DenyEntry entry) -> entry.source();
      case DenyChange.Delete(IpPrefix prefix) -> prefix;
      case DenyChange.DeleteTag(boolean ip4, String tag) -> Objects.requireNonNull(byTag.get(new Tag(tag, ip4)));
    };
    if (change instanceof DenyChange.Add(DenyEntry entry)) {
      if (!entry.tag().isEmpty()) {
        byTag.put(tag(entry), source);
        undo.add(() -> byTag.remove(tag(entry)));
      }
      return now.with(source, entry);
    }
    DenyEntry gone = now.get(source);
    if (gone != null && byTag.remove(tag(gone)) != null) {
      undo.add(() -> byTag.put(tag(gone), gone.source()));
    }
    return now.without(source);
  }

  private static Tag tag(DenyEntry entry) {
    return new Tag(entry.tag(), entry.source().isIp4());
  }

  @Override
  public void retire(boolean ip4) {
    PrefixTrie<DenyEntry> rest = entries;
    for (DenyEntry entry : all()) {
      if (entry.source().isIp4() == ip4) {
        byTag.remove(tag(entry));
        rest = rest.without(entry.source());
      }
    }
    entries = rest;
  }

  List<DenyEntry> all() {
    List<DenyEntry> all = new ArrayList<>();
    entries.forEach((source, entry) -> all.add(entry));
    return all;
  }

  @Override
  public int size() {
    return entries.size();
  }

  // ---- Any worker.

  @Nullable DenyEntry find(long high, long low) {
    return entries.longest(high, low);
  }

  @Override
  public long decide(int protocolSlot, FlowKey key) {
    DenyEntry entry = find(key.remoteHigh(), key.remoteLow());
    return entry == null ? RuleAction.NOTHING : entry.action().code();
  }

  /** No entry is for every source. */
  @Override
  public long decideFromAnywhere(int protocolSlot, FlowKey key) {
    return RuleAction.NOTHING;
  }
}

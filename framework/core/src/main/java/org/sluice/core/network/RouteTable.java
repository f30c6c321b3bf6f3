package org.sluice.core.network;

import java.util.List;
import org.sluice.core.lookup.PrefixTrie;

/**
 * The table of one family as it is at one moment. Immutable: each change makes another.
 *
 * @param id its number; the table of the other family with the same number is another one
 * @param ip4 the family
 * @param routes the routes by prefix
 * @param interfaces how many interfaces have their addresses here
 * @param users who keeps it, in words, in the order they came; it goes with the last one
 */
public record RouteTable(int id, boolean ip4, PrefixTrie<Route> routes, int interfaces, List<String> users) {}

package org.sluice.core.application;

/**
 * What a listener is found by, as consoles see it. A snapshot taken on worker 0.
 *
 * @param table the table set, or -1 for the local table of a namespace
 * @param where the table set's number in words, or the namespace's id
 * @param protocol the protocol that was asked for, {@code tcp} or {@code tcps}
 * @param transport the name of the transport that carries it, {@code tcp} for both
 * @param endpoint its address and port; of a proxy the address alone
 * @param proxy whether it takes every port that nobody else listens on
 * @param session the handle of the listening session that it leads to
 * @param application the application's name
 */
public record EntryView(
    int table,
    String where,
    String protocol,
    String transport,
    String endpoint,
    boolean proxy,
    long session,
    String application) {}

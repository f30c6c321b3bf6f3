package org.sluice.plugin.afxdp.xsk;

/**
 * How the sockets of a card are made.
 *
 * @param rxEntries of the rx ring
 * @param txEntries of the tx ring
 * @param fillEntries of the fill ring
 * @param completionEntries of the completion ring
 * @param bindFlags for bind, without those about sharing
 * @param txMetadataBytes before packets to send; 0 without any
 * @param busyPollUs how long the card is polled; 0 for interrupts
 */
public record SocketSettings(int rxEntries, int txEntries, int fillEntries, int completionEntries, int bindFlags,
    int txMetadataBytes, int busyPollUs) {}

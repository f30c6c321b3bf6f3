package org.sluice.spi.nic;

/**
 * What a card can do, as one value.
 *
 * @param rxQueues queues that receive
 * @param txQueues queues that send
 * @param maxMtuBytes the largest MTU it can be set to
 * @param rxChecksum whether received L4 checksums are verified by the card
 * @param txChecksum whether it finishes L4 checksums on request
 * @param txSegmentBytes the largest unit it can cut into segments; 0 when it cannot
 * @param maxBuffersPerPacket how many descriptors one packet may use; 1 without multi-buffer
 * @param rxTimestamps whether it stamps received packets
 */
public record NicCapabilities(
    int rxQueues,
    int txQueues,
    int maxMtuBytes,
    boolean rxChecksum,
    boolean txChecksum,
    int txSegmentBytes,
    int maxBuffersPerPacket,
    boolean rxTimestamps) {}

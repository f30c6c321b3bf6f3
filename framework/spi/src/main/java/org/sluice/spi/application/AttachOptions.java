package org.sluice.spi.application;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * How an application is attached. Immutable; made by {@link #named} and changed by the {@code with} methods or the
 * {@link Builder}. Sizes in bytes.
 *
 * @param name unique among attached applications of the stack
 * @param namespace the id of the namespace to live in
 * @param secret the namespace's secret; 0 for none
 * @param scopes where it can be reached and may connect
 * @param flags what else it is
 * @param rxFifoBytes the size of a session's rx FIFO
 * @param txFifoBytes the size of a session's tx FIFO
 * @param maxRxFifoBytes how large a transport may make a session's rx FIFO whose peer is held up by it; up to
 *     {@code rxFifoBytes}, also 0, it never grows
 * @param firstAllocationPercent the share of a FIFO that gets memory before the first byte; 0 for none
 * @param segmentBytes the size of the first segment
 * @param addSegmentBytes the size of each further segment
 * @param maxSegments the most segments, the first included
 * @param maxFifoMemoryBytes the most memory for FIFOs over all segments; 0 for no limit of its own
 * @param preallocatedFifoPairs FIFO pairs whose memory is set aside at attach
 * @param preallocatedFifoHeaders FIFO headers set aside at attach; not together with pairs (NOSUPPORT)
 * @param eventQueueEvents the size of each event queue
 * @param highWatermarkPercent segment usage from which memory pressure is high; 0 with low 0 turns pressure off
 * @param lowWatermarkPercent segment usage from which memory pressure is low
 * @param maxConnects the most connects of one application worker that are not answered; the stack's limit holds too
 * @param proxyProtocols the protocols that it is a {@link Flag#PROXY} of, as a URI names them; also ones that no
 *     transport is registered for yet
 */
public record AttachOptions(
    String name,
    String namespace,
    long secret,
    Set<Scope> scopes,
    Set<Flag> flags,
    int rxFifoBytes,
    int txFifoBytes,
    int maxRxFifoBytes,
    int firstAllocationPercent,
    long segmentBytes,
    long addSegmentBytes,
    int maxSegments,
    long maxFifoMemoryBytes,
    int preallocatedFifoPairs,
    int preallocatedFifoHeaders,
    int eventQueueEvents,
    int highWatermarkPercent,
    int lowWatermarkPercent,
    int maxConnects,
    Set<String> proxyProtocols) {
  /** The namespace that always exists. */
  public static final String DEFAULT_NAMESPACE = "default";

  /** What an application may be beside a plain one. */
  public enum Flag {
    /**
     * It takes what nobody else listens to, in its namespace and scopes: for each of {@link #proxyProtocols()} it has a
     * listener of every port, from its attach to its detach, wherever the namespace moves and whenever the transport
     * comes. Its own connects pass it by.
     */
    PROXY,
    /** It is itself a transport for the layer above. Not supported yet: attach fails with NOSUPPORT. */
    TRANSPORT_APPLICATION,
    /** It is given a record of each closed session of its namespace: {@link SessionCallbacks#onSessionRecord}. */
    EVENT_COLLECTOR
  }

  /** Copies the sets. */
  public AttachOptions {
    scopes = Set.copyOf(scopes);
    flags = Set.copyOf(flags);
    proxyProtocols = Set.copyOf(proxyProtocols);
  }

  /**
   * All defaults: default namespace, both scopes, FIFOs of 256 KiB, of which the rx FIFO may grow to 4 MiB, segments of
   * 16 MiB.
   *
   * @param name see {@link #name()}
   * @return the options
   */
  public static AttachOptions named(String name) {
    return new Builder(name).build();
  }

  /**
   * Starts from these options.
   *
   * @return a builder holding the same values
   */
  public Builder with() {
    return new Builder(name, this);
  }

  /**
   * Starts from these options under another name.
   *
   * @param newName see {@link #name()}
   * @return a builder holding the same values but for the name
   */
  public Builder withName(String newName) {
    return new Builder(newName, this);
  }

  /** Collects options; each method returns the builder. Values are checked at attach, all together. */
  public static final class Builder {
    private final String name;
    private String namespace = DEFAULT_NAMESPACE;
    private long secret;
    private Set<Scope> scopes = EnumSet.allOf(Scope.class);
    private Set<Flag> flags = Set.of();
    private int rxFifoBytes = 256 << 10;
    private int txFifoBytes = 256 << 10;
    private int maxRxFifoBytes = 4 << 20;
    private int firstAllocationPercent;
    private long segmentBytes = 16L << 20;
    private long addSegmentBytes = 16L << 20;
    private int maxSegments = 1 << 10;
    private long maxFifoMemoryBytes;
    private int preallocatedFifoPairs;
    private int preallocatedFifoHeaders;
    private int eventQueueEvents = 1 << 10;
    private int highWatermarkPercent = 80;
    private int lowWatermarkPercent = 50;
    private int maxConnects = 1 << 16;
    private Set<String> proxyProtocols = Set.of();

    private Builder(String name) {
      this.name = name;
    }

    private Builder(String name, AttachOptions from) {
      this.name = name;
      namespace = from.namespace;
      secret = from.secret;
      scopes = from.scopes;
      flags = from.flags;
      rxFifoBytes = from.rxFifoBytes;
      txFifoBytes = from.txFifoBytes;
      maxRxFifoBytes = from.maxRxFifoBytes;
      firstAllocationPercent = from.firstAllocationPercent;
      segmentBytes = from.segmentBytes;
      addSegmentBytes = from.addSegmentBytes;
      maxSegments = from.maxSegments;
      maxFifoMemoryBytes = from.maxFifoMemoryBytes;
      preallocatedFifoPairs = from.preallocatedFifoPairs;
      preallocatedFifoHeaders = from.preallocatedFifoHeaders;
      eventQueueEvents = from.eventQueueEvents;
      highWatermarkPercent = from.highWatermarkPercent;
      lowWatermarkPercent = from.lowWatermarkPercent;
      maxConnects = from.maxConnects;
      proxyProtocols = from.proxyProtocols;
    }

    /**
     * Sets the namespace.
     *
     * @param id its id
     * @param namespaceSecret its secret, 0 for none
     * @return this
     */
    public Builder namespace(String id, long namespaceSecret) {
      namespace = id;
      secret = namespaceSecret;
      return this;
    }

    /**
     * Sets the scopes; none means {@link Scope#GLOBAL}.
     *
     * @param first a scope
     * @param more further scopes
     * @return this
     */
    public Builder scopes(Scope first, Scope... more) {
      scopes = EnumSet.of(first, more);
      return this;
    }

    /**
     * Sets the flags.
     *
     * @param first a flag
     * @param more further flags
     * @return this
     */
    public Builder flags(Flag first, Flag... more) {
      flags = EnumSet.of(first, more);
      return this;
    }

    /**
     * Makes it a proxy: adds {@link Flag#PROXY}, and sets what of.
     *
     * @param first a protocol, as a URI names it
     * @param more further protocols
     * @return this
     */
    public Builder proxy(String first, String... more) {
      Set<Flag> withProxy = EnumSet.of(Flag.PROXY);
      withProxy.addAll(flags);
      flags = withProxy;
      Set<String> protocols = new HashSet<>(Arrays.asList(more));
      protocols.add(first);
      proxyProtocols = protocols;
      return this;
    }

    /**
     * Sets both FIFO sizes, those that sessions begin with.
     *
     * @param rxBytes of the rx FIFO
     * @param txBytes of the tx FIFO
     * @return this
     */
    public Builder fifoBytes(int rxBytes, int txBytes) {
      rxFifoBytes = rxBytes;
      txFifoBytes = txBytes;
      return this;
    }

    /**
     * Sets how large the rx FIFO may grow. Growing takes no memory by itself: what waits in the FIFO does.
     *
     * @param bytes the most; 0 for not at all
     * @return this
     */
    public Builder maxRxFifoBytes(int bytes) {
      maxRxFifoBytes = bytes;
      return this;
    }

    /**
     * Sets the share of a FIFO that gets memory at once.
     *
     * @param percent 0 to 100
     * @return this
     */
    public Builder firstAllocationPercent(int percent) {
      firstAllocationPercent = percent;
      return this;
    }

    /**
     * Sets the segment sizes and their number.
     *
     * @param firstBytes of the first segment
     * @param addBytes of each further one
     * @param most the most segments
     * @return this
     */
    public Builder segments(long firstBytes, long addBytes, int most) {
      segmentBytes = firstBytes;
      addSegmentBytes = addBytes;
      maxSegments = most;
      return this;
    }

    /**
     * Sets the limit of FIFO memory.
     *
     * @param bytes over all segments
     * @return this
     */
    public Builder maxFifoMemoryBytes(long bytes) {
      maxFifoMemoryBytes = bytes;
      return this;
    }

    /**
     * Sets what is set aside at attach; only one of them may be given.
     *
     * @param pairs FIFO pairs with memory
     * @param headers FIFO headers
     * @return this
     */
    public Builder preallocate(int pairs, int headers) {
      preallocatedFifoPairs = pairs;
      preallocatedFifoHeaders = headers;
      return this;
    }

    /**
     * Sets the size of the event queues.
     *
     * @param events per queue
     * @return this
     */
    public Builder eventQueueEvents(int events) {
      eventQueueEvents = events;
      return this;
    }

    /**
     * Sets the marks of memory pressure.
     *
     * @param lowPercent usage from which pressure is low
     * @param highPercent usage from which it is high
     * @return this
     */
    public Builder watermarks(int lowPercent, int highPercent) {
      lowWatermarkPercent = lowPercent;
      highWatermarkPercent = highPercent;
      return this;
    }

    /**
     * Sets the limit of connects that are not answered.
     *
     * @param most of one application worker
     * @return this
     */
    public Builder maxConnects(int most) {
      maxConnects = most;
      return this;
    }

    /**
     * Makes the options.
     *
     * @return the options
     */
    public AttachOptions build() {
      return new AttachOptions(
          name,
          namespace,
          secret,
          scopes,
          flags,
          rxFifoBytes,
          txFifoBytes,
          maxRxFifoBytes,
          firstAllocationPercent,
          segmentBytes,
          addSegmentBytes,
          maxSegments,
          maxFifoMemoryBytes,
          preallocatedFifoPairs,
          preallocatedFifoHeaders,
          eventQueueEvents,
          highWatermarkPercent,
          lowWatermarkPercent,
          maxConnects,
          proxyProtocols);
    }
  }
}

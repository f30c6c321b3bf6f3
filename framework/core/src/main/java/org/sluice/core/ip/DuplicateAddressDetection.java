package org.sluice.core.ip;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * Asks the link whether somebody has an address before it is used (RFC 4862 section 5.4), and knows its own question
 * when a link gives it back (RFC 7527). A state machine of one interface without clock, timer or socket. Belongs to one
 * context.
 */
public final class DuplicateAddressDetection {
  /** How often an address is asked for unless told otherwise (RFC 4862 section 5.1). */
  public static final int DEFAULT_TRANSMITS = 1;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final int NONCE_BITS = 48;

  private final int transmits;
  private final long retransmitNs;
  private final int maxTentative;
  private final Listener listener;
  private final int worker;
  private final RandomGenerator random;
  private final Counter duplicates;
  private final Counter loopedBack;
  private final Counter limit;
  private final List<Tentative> tentative = new ArrayList<>();

  private static final class Tentative {
    private final IpAddress address;
    /** Of the last question. */
    private long nonce = NdMessage.NONE;
    private int asked;
    private long nextNs;

    private Tentative(IpAddress address, long nextNs) {
      this.address = address;
      this.nextNs = nextNs;
    }
  }

  /**
   * Makes one without addresses.
   *
   * @param transmits how often to ask; 0 takes every address as it is
   * @param retransmitNs how long to wait for an answer
   * @param maxTentative addresses asked for at a time; those over it are refused (counted)
   * @param listener what is told
   * @param worker who counts
   * @param counters the stack's scope
   * @param random delays and nonces
   */
  public DuplicateAddressDetection(int transmits, long retransmitNs, int maxTentative, Listener listener, int worker,
      Counters counters, RandomGenerator random) {
    this.transmits = transmits;
    this.retransmitNs = retransmitNs;
    this.maxTentative = maxTentative;
    this.listener = listener;
    this.worker = worker;
    this.random = random;
    duplicates = counters.counter("ip.dad.duplicate", "Addresses not used because somebody on the link has them");
    loopedBack = counters.counter("ip.dad.looped-back", "Own questions for an address that the link gave back");
    limit = counters.counter("ip.dad.limit", "Addresses refused because as many as may be were asked for");
  }

  /**
   * Begins to ask for an address. It is unique at once when nothing is asked.
   *
   * @param address a unicast IPv6 address; one that is being asked for is not asked for twice
   * @param nowNs the time
   * @return false when there are as many as may be
   */
  public boolean start(IpAddress address, long nowNs) {
    if (isTentative(address.high(), address.low())) {
      return true;
    }
    if (transmits == 0) {
      listener.onUnique(address);
      return true;
    }
    if (tentative.size() == maxTentative) {
      limit.increment(worker);
      return false;
    }
    // RFC 4862 section 5.4.2: hosts that come up together do not ask together.
    tentative.add(new Tentative(address, nowNs + random.nextLong(SECOND_NS)));
    return true;
  }

  /**
   * Asks no more for an address, and tells nobody.
   *
   * @param address the address, which was taken away
   */
  public void cancel(IpAddress address) {
    tentative.removeIf(t -> t.address.equals(address));
  }

  /**
   * Whether packets to an address are to be dropped, but for solicitations and advertisements (RFC 4862 section 5.4).
   *
   * @param high the address, first half
   * @param low the address, second half
   * @return whether it is being asked for
   */
  public boolean isTentative(long high, long low) {
    return find(high, low) != null;
  }

  private @Nullable Tentative find(long high, long low) {
    for (Tentative candidate : tentative) {
      if (candidate.address.low() == low && candidate.address.high() == high) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * When {@link #onTime} is to be called next.
   *
   * @return the time, or {@link RouterDiscovery#NEVER}
   */
  public long nextNs() {
    long next = RouterDiscovery.NEVER;
    for (Tentative candidate : tentative) {
      next = next == RouterDiscovery.NEVER || candidate.nextNs - next < 0 ? candidate.nextNs : next;
    }
    return next;
  }

  /**
   * Does what is due.
   *
   * @param nowNs the time
   */
  public void onTime(long nowNs) {
    // Listeners may take addresses away meanwhile.
    for (Tentative candidate : List.copyOf(tentative)) {
      if (candidate.nextNs - nowNs > 0 || !tentative.contains(candidate)) {
        continue;
      }
      if (candidate.asked == transmits) {
        tentative.remove(candidate);
        listener.onUnique(candidate.address);
      } else {
        candidate.asked++;
        candidate.nonce = random.nextLong() >>> (Long.SIZE - NONCE_BITS);
        candidate.nextNs = nowNs + retransmitNs;
        listener.onProbe(candidate.address, candidate.nonce);
      }
    }
  }

  /**
   * A valid neighbour solicitation has come. Somebody else who asks for the same address has as much right to it as
   * this host: neither gets it (RFC 4862 section 5.4.3).
   *
   * @param targetHigh its target, first half
   * @param targetLow its target, second half
   * @param fromUnspecified whether its source is the unspecified address; others look for a neighbour
   * @param nonce see {@link NdMessage#nonce}
   * @return whether the target is tentative, so that it must not be answered
   */
  public boolean onSolicitation(long targetHigh, long targetLow, boolean fromUnspecified, long nonce) {
    Tentative candidate = find(targetHigh, targetLow);
    if (candidate == null) {
      return false;
    }
    if (fromUnspecified) {
      if (nonce != NdMessage.NONE && nonce == candidate.nonce) {
        loopedBack.increment(worker);
      } else {
        duplicate(candidate);
      }
    }
    return true;
  }

  /**
   * A valid neighbour advertisement has come: somebody has that address (RFC 4862 section 5.4.4).
   *
   * @param targetHigh its target, first half
   * @param targetLow its target, second half
   * @return whether the target was tentative
   */
  public boolean onAdvertisement(long targetHigh, long targetLow) {
    Tentative candidate = find(targetHigh, targetLow);
    if (candidate != null) {
      duplicate(candidate);
    }
    return candidate != null;
  }

  private void duplicate(Tentative candidate) {
    tentative.remove(candidate);
    duplicates.increment(worker);
    listener.onDuplicate(candidate.address);
  }

  /** What becomes of addresses. Called within calls of {@link DuplicateAddressDetection}, in its context. */
  public interface Listener {
    /**
     * A solicitation for an address is to be sent, see {@link NdMessage#writeProbe}.
     *
     * @param address the address
     * @param nonce 48 bits that it is to carry
     */
    void onProbe(IpAddress address, long nonce);

    /**
     * Nobody else has an address.
     *
     * @param address the address
     */
    void onUnique(IpAddress address);

    /**
     * Somebody has an address: it must not be used.
     *
     * @param address the address
     */
    void onDuplicate(IpAddress address);
  }
}

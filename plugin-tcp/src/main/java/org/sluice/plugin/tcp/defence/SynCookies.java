package org.sluice.plugin.tcp.defence;

import java.util.random.RandomGenerator;
import org.sluice.spi.session.FlowKey;

/**
 * Answers SYNs without remembering them (RFC 4987 section 3.6): what has to be known when the handshake ends stands in
 * the sequence number of the SYN-ACK, under a keyed hash. It holds a time (5 bits) and the index of a segment size (3
 * bits), both masked, and 24 bits of the hash. Options stand in the low bits of the timestamp, when the peer echoes
 * timestamps; without, there are none.
 *
 * <p>A cookie is good for the window of {@value #WINDOW_US} us that it was made in and the next one. Secrets live for
 * {@value #WINDOWS_PER_SECRET} windows; the last two are kept. Owned by one worker.
 */
public final class SynCookies {
  /** {@link #check}: not one of ours, or too old. */
  public static final int INVALID = 0;
  /** {@link #windowScale}: the peer does not scale. */
  public static final int NO_SCALE = 15;
  /** How long a window of time is, microseconds: 67 s. */
  public static final long WINDOW_US = 1L << 26;
  /** For how many windows a secret is used: 9 minutes. */
  static final int WINDOWS_PER_SECRET = 8;
  /** The low bits of a timestamp that carry options. */
  static final int OPTION_BITS = 6;
  private static final int SACK_BIT = 1 << 4;
  private static final int ECN_BIT = 1 << 5;
  private static final int OPTION_MASK = (1 << OPTION_BITS) - 1;
  private static final int TIME_MASK = 31;
  private static final int SIZE_BITS = 3;
  private static final int SIZE_MASK = 7;
  private static final int TAG_BITS = 24;
  private static final int TAG_MASK = (1 << TAG_BITS) - 1;
  // Above what a window of time takes, so that namespaces with the same addresses have different cookies.
  private static final int TABLE_SHIFT = 44;
  private static final long MASK_WORD = -1;
  private static final int[] SEGMENT_SIZES = {216, 536, 1220, 1360, 1440, 1460, 8940, 8960};

  private final RandomGenerator random;
  private final SipHash mask;
  private SipHash current;
  private SipHash previous;
  private long generation;

  /**
   * With secrets of its own.
   *
   * @param random draws the secrets
   * @param nowUs the turn's time
   */
  public SynCookies(RandomGenerator random, long nowUs) {
    this.random = random;
    mask = draw();
    current = draw();
    previous = draw();
    generation = Math.floorDiv(windowOf(nowUs), WINDOWS_PER_SECRET);
  }

  /**
   * The sequence number of a SYN-ACK.
   *
   * @param flow the flow
   * @param clientIsn SEG.SEQ of the SYN
   * @param mss what its MSS option says, or the default
   * @param nowUs the turn's time
   */
  public int cookie(FlowKey flow, int clientIsn, int mss, long nowUs) {
    long window = windowOf(nowUs);
    roll(window);
    int size = sizeIndex(mss);
    int head = (int) (window & TIME_MASK) << SIZE_BITS | size;
    return (head ^ maskOf(flow, clientIsn)) << TAG_BITS | tag(current, flow, clientIsn, window, size);
  }

  /**
   * Whether the acknowledgement that ends a handshake answers a cookie.
   *
   * @param flow the flow
   * @param clientIsn SEG.SEQ - 1
   * @param cookie SEG.ACK - 1
   * @param nowUs the turn's time
   * @return the segment size to send with, or {@link #INVALID}
   */
  public int check(FlowKey flow, int clientIsn, int cookie, long nowUs) {
    long now = windowOf(nowUs);
    roll(now);
    int head = cookie >>> TAG_BITS ^ maskOf(flow, clientIsn);
    long age = now - (head >>> SIZE_BITS) & TIME_MASK;
    if (age > 1) {
      return INVALID;
    }
    long window = now - age;
    int size = head & SIZE_MASK;
    SipHash secret = Math.floorDiv(window, WINDOWS_PER_SECRET) == generation ? current : previous;
    return (cookie & TAG_MASK) == tag(secret, flow, clientIsn, window, size) ? SEGMENT_SIZES[size] : INVALID;
  }

  private int maskOf(FlowKey flow, int clientIsn) {
    return (int) (mask.of(flow, clientIsn, MASK_WORD) & 0xff);
  }

  private static int tag(SipHash secret, FlowKey flow, int clientIsn, long window, int size) {
    long last = (window << SIZE_BITS | size) ^ (long) flow.table() << TABLE_SHIFT;
    return (int) secret.of(flow, clientIsn, last) & TAG_MASK;
  }

  private static int sizeIndex(int mss) {
    int index = SEGMENT_SIZES.length - 1;
    while (index > 0 && SEGMENT_SIZES[index] > mss) {
      index--;
    }
    return index;
  }

  private static long windowOf(long nowUs) {
    return Math.floorDiv(nowUs, WINDOW_US);
  }

  private void roll(long window) {
    long due = Math.floorDiv(window, WINDOWS_PER_SECRET);
    if (due == generation) {
      return;
    }
    previous = due == generation + 1 ? current : draw();
    current = draw();
    generation = due;
  }

  private SipHash draw() {
    return new SipHash(random.nextLong(), random.nextLong());
  }

  /**
   * The timestamp of a SYN-ACK that carries a cookie: the latest one, not after now, that spells the options.
   *
   * @param tick the timestamp clock
   * @param windowScale the peer's, 0 to 14, or {@link #NO_SCALE}
   * @param sack whether it permits SACK
   * @param ecn whether it asks for ECN
   */
  public static int timestamp(int tick, int windowScale, boolean sack, boolean ecn) {
    int options = windowScale | (sack ? SACK_BIT : 0) | (ecn ? ECN_BIT : 0);
    int value = tick & ~OPTION_MASK | options;
    return value - tick > 0 ? value - (1 << OPTION_BITS) : value;
  }

  /** The peer's window scale in an echoed timestamp, or {@link #NO_SCALE}. */
  public static int windowScale(int echo) {
    return echo & NO_SCALE;
  }

  /** Whether the peer permits SACK, by an echoed timestamp. */
  public static boolean sackPermitted(int echo) {
    return (echo & SACK_BIT) != 0;
  }

  /** Whether the peer asked for ECN, by an echoed timestamp. */
  public static boolean ecnAsked(int echo) {
    return (echo & ECN_BIT) != 0;
  }
}

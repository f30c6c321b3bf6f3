package org.sluice.core.nic;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;

/**
 * What one end of a wire was told: what becomes of that which it sends.
 *
 * @param name this end
 * @param peer the other one
 * @param mtuBytes the largest IP packet
 * @param isTrusted whether nothing can happen to a frame on the way, so that checksums are not needed
 * @param rateBits bits per second, 0 for no bound
 * @param delayNs how long each frame is on its way, after its last bit has left
 * @param queueFrames frames of one transmit queue that can wait for the rate
 * @param poolFrames frames of one transmit queue, waiting, on their way, or not given back yet
 * @param loss probability that a frame does not arrive
 * @param duplicate probability that it arrives twice
 * @param corrupt probability that one of its bits is wrong
 * @param reorder probability that it is late
 * @param lateNs by how much
 * @param seed of all this, when {@code hasSeed}
 * @param hasSeed whether the operator chose it
 */
record WireSettings(String name, String peer, int mtuBytes, boolean isTrusted, long rateBits, long delayNs,
    int queueFrames, int poolFrames, double loss, double duplicate, double corrupt, double reorder, long lateNs,
    long seed, boolean hasSeed) {

  static final int MAX_MTU_BYTES = 9000;

  private static final Pattern ONE_OF_PAIR = Pattern.compile("(.+:)([01])");
  private static final int VLAN_TAG_BYTES = 4;
  private static final int MIN_MTU_BYTES = 576;
  private static final long MAX_RATE_BITS = 1_000_000_000_000L;
  private static final long MAX_DELAY_NS = 60_000_000_000L;
  private static final long LATE_NS = 1_000_000;
  private static final int QUEUE_FRAMES = 1_000;
  private static final int MIN_POOL_FRAMES = 1 << 10;
  private static final int USUAL_MOST_POOL_FRAMES = 1 << 15;
  private static final int MAX_POOL_FRAMES = 1 << 20;
  private static final double SECOND_NS = 1e9;

  /** What the delay is reckoned to hold: streams have acknowledgements among their segments. */
  private static final int USUAL_FRAME_BITS = 512 * Byte.SIZE;

  static WireSettings of(NicConfiguration configuration) throws NicException {
    NicOptions options = new NicOptions(configuration.options());
    String name = configuration.interfaceName();
    String peer = options.text("peer", otherOfPair(name));
    if (peer.isEmpty()) {
      options.refuse("a wire's ends are called NAME:0 and NAME:1, or each names the other with 'peer=NAME'.");
    } else if (peer.equals(name)) {
      options.refuse("'peer=" + peer + "' is the end itself.");
    }
    long rate = options.rate("rate", MAX_RATE_BITS);
    long delay = options.duration("delay", 0, MAX_DELAY_NS);
    int queue = (int) options.number("queue", QUEUE_FRAMES, 1, MAX_POOL_FRAMES);
    int frames = (int) options.number("frames", usualFrames(rate, delay, queue), 1, MAX_POOL_FRAMES);
    boolean isTrusted = options.flag("trusted");
    double corrupt = options.share("corrupt");
    if (isTrusted && corrupt > 0) {
      options.refuse("a wire that corrupts cannot be trusted, because nobody would notice: leave out one of the two.");
    }
    int mtu = (int) options.number("mtu", 1500, MIN_MTU_BYTES, MAX_MTU_BYTES);
    long seed = options.number("seed", 0, 0, Long.MAX_VALUE);
    WireSettings made = new WireSettings(name, peer, mtu, isTrusted, rate, delay, queue, frames, options.share("loss"),
        options.share("duplicate"), corrupt, options.share("reorder"),
        options.duration("reorder-delay", LATE_NS, MAX_DELAY_NS), seed, configuration.options().containsKey("seed"));
    options.check("wire '" + name + "'");
    return made;
  }

  private static String otherOfPair(String name) {
    Matcher pair = ONE_OF_PAIR.matcher(name);
    return pair.matches() ? pair.group(1) + (pair.group(2).equals("0") ? "1" : "0") : "";
  }

  private static long usualFrames(long rateBits, long delayNs, int queue) {
    double onTheWay = rateBits == 0 ? 0 : rateBits * (delayNs / SECOND_NS) / USUAL_FRAME_BITS;
    return (long) Math.clamp(onTheWay + queue + MIN_POOL_FRAMES / 2, MIN_POOL_FRAMES,
        Math.max(USUAL_MOST_POOL_FRAMES, Math.min(MAX_POOL_FRAMES, queue * 2)));
  }

  /** The longest frame, with its header and a tag of a virtual LAN. */
  int maxFrameBytes() {
    return EthernetHeader.LENGTH + VLAN_TAG_BYTES + mtuBytes;
  }

  boolean isImpaired() {
    return loss > 0 || duplicate > 0 || corrupt > 0 || reorder > 0;
  }
}

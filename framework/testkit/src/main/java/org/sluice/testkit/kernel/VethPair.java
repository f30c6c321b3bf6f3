package org.sluice.testkit.kernel;

import java.util.List;

/**
 * Two virtual interfaces, what one sends being received by the other. Nobody but the test speaks on them: the kernel's
 * IPv6 is off there.
 */
public final class VethPair implements AutoCloseable {
  /** The name of {@link #a()}, unless told. */
  public static final String DEVICE_A = "sla";

  /** The name of {@link #b()}, unless told. */
  public static final String DEVICE_B = "slb";

  private final VethEnd a;
  private final VethEnd b;
  private final List<Namespace> own;

  private VethPair(VethEnd a, VethEnd b, List<Namespace> own) {
    this.a = a;
    this.b = b;
    this.own = own;
  }

  /**
   * Makes a pair between two namespaces of its own.
   *
   * @param purpose is in the names of the namespaces
   * @param queues of each interface
   * @param mtuBytes of both
   * @return the pair, both ends up
   * @throws IllegalStateException when it does not work
   */
  public static VethPair make(String purpose, int queues, int mtuBytes) {
    Namespace left = Namespace.make(purpose + "-a");
    Namespace right = null;
    try {
      right = Namespace.make(purpose + "-b");
      VethPair made =
          new VethPair(new VethEnd(left, DEVICE_A), new VethEnd(right, DEVICE_B), List.of(left, right));
      made.join(queues, mtuBytes);
      return made;
    } catch (IllegalStateException e) {
      left.close();
      if (right != null) {
        right.close();
      }
      throw e;
    }
  }

  /**
   * Makes a pair between namespaces of others, which may have other pairs.
   *
   * @param a one end, of a name that is free there
   * @param b the other end
   * @param queues of each interface
   * @param mtuBytes of both
   * @return the pair, both ends up; it goes with either of the namespaces
   * @throws IllegalStateException when it does not work
   */
  public static VethPair between(VethEnd a, VethEnd b, int queues, int mtuBytes) {
    VethPair made = new VethPair(a, b, List.of());
    made.join(queues, mtuBytes);
    return made;
  }

  /**
   * Makes the interfaces, anew if they were removed.
   *
   * @param queues of each interface
   * @param mtuBytes of both
   * @throws IllegalStateException when it does not work
   */
  public void join(int queues, int mtuBytes) {
    String number = Integer.toString(queues);
    String mtu = Integer.toString(mtuBytes);
    a.namespace().ip("link", "add", a.device(), "numtxqueues", number, "numrxqueues", number, "mtu", mtu,
        "type", "veth", "peer", "name", b.device(), "netns", b.namespace().name(),
        "numtxqueues", number, "numrxqueues", number, "mtu", mtu);
    for (VethEnd end : List.of(a, b)) {
      end.namespace().sysctl("net/ipv6/conf/" + end.device() + "/disable_ipv6", "1");
      end.up();
    }
    a.awaitCarrier();
    b.awaitCarrier();
  }

  /**
   * One end.
   *
   * @return the first one
   */
  public VethEnd a() {
    return a;
  }

  /**
   * The other end.
   *
   * @return the second one
   */
  public VethEnd b() {
    return b;
  }

  /** Removes the namespaces, if they are its own, or the interfaces. */
  @Override
  public void close() {
    if (own.isEmpty()) {
      try {
        a.remove();
      } catch (IllegalStateException e) {
        // They are gone, by themselves or with their namespace.
        return;
      }
    }
    own.forEach(Namespace::close);
  }
}

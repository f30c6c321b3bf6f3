package org.sluice.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One end of a pair of virtual interfaces.
 *
 * @param namespace where it is
 * @param device its name there
 */
public record VethEnd(Namespace namespace, String device) {
  private static final long PATIENCE_SECONDS = 30;

  /**
   * The name of its namespace, for drivers and threads that go there.
   *
   * @return as in {@code ip netns}
   */
  public String place() {
    return namespace.name();
  }

  /**
   * Runs a command in its namespace, to its end.
   *
   * @param command what to run
   * @return what it printed, errors too
   * @throws IllegalStateException when it fails
   */
  public String run(String... command) {
    return namespace.run(command);
  }

  /**
   * Gives the kernel an address on it.
   *
   * @param prefix the address and the length of its network, as in {@code 10.0.0.1/24}
   * @return this
   */
  public VethEnd address(String prefix) {
    namespace.ip("addr", "add", prefix, "dev", device);
    return this;
  }

  /**
   * Has the kernel send segments that are no longer than the MTU, and hand them over as they come.
   *
   * @return this
   */
  public VethEnd withoutSegmentation() {
    run("ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off");
    return this;
  }

  /**
   * Has the kernel compute the checksums of what it sends. On virtual interfaces it leaves them undone otherwise.
   *
   * @return this
   */
  public VethEnd withChecksums() {
    run("ethtool", "-K", device, "tx", "off");
    return this;
  }

  /**
   * Puts a queue before it, so that the kernel waits where a virtual interface would drop.
   *
   * @param packets how many may wait
   * @return this
   */
  public VethEnd queue(int packets) {
    run("tc", "qdisc", "replace", "dev", device, "root", "pfifo", "limit", Integer.toString(packets));
    return this;
  }

  /**
   * Has TCP of the kernel's use an algorithm on what goes out here. A namespace cannot be given any other default than
   * those that the host allows to all its users; a route can.
   *
   * @param algorithm as in {@code cubic}
   * @return this
   */
  public VethEnd congestionControl(String algorithm) {
    for (String route : namespace.ip("route", "show", "dev", device).lines().toList()) {
      List<String> command = new ArrayList<>(List.of("route", "replace"));
      command.addAll(List.of(route.strip().split(" +")));
      command.addAll(List.of("dev", device, "congctl", algorithm));
      namespace.ip(command.toArray(String[]::new));
    }
    return this;
  }

  /** Takes it down. */
  public void down() {
    namespace.ip("link", "set", device, "down");
  }

  /** Brings it up. */
  public void up() {
    namespace.ip("link", "set", device, "up");
  }

  /** Removes it, and the other end with it. */
  public void remove() {
    namespace.ip("link", "del", device);
  }

  /**
   * What {@code ip link show} says of it.
   *
   * @return state, MTU, and the XDP program if there is one
   */
  public String show() {
    return namespace.ip("link", "show", device);
  }

  /**
   * Its hardware address.
   *
   * @return as in {@code 02:00:00:00:00:01}
   */
  public String mac() {
    return run("cat", "/sys/class/net/" + device + "/address").strip();
  }

  /** The kernel says so a moment after both ends are up. */
  void awaitCarrier() {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!show().contains("state UP")) {
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new IllegalStateException(device + " has no carrier");
      }
    }
  }

  @Override
  public String toString() {
    return device + " in " + namespace.name();
  }
}

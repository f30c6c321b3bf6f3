package org.sluice.testkit.kernel;

/**
 * Three network namespaces in a row, joined by two pairs of virtual interfaces: {@code l0} in the left one, {@code l1}
 * and {@code r1} in the middle one, {@code r0} in the right one. The kernel does not forward in the middle: who opens
 * {@code l1} and {@code r1} does. At {@code l0} and {@code r0} the kernel sends segments as they would be on a wire: of
 * the MTU, with their checksums, with back-pressure.
 */
public final class VethChain implements AutoCloseable {
  private static final int QUEUED_PACKETS = 1000;

  private final Namespace left;
  private final Namespace middle;
  private final Namespace right;
  private final VethPair leftPair;
  private final VethPair rightPair;

  private VethChain(Namespace left, Namespace middle, Namespace right, int mtuBytes) {
    this.left = left;
    this.middle = middle;
    this.right = right;
    leftPair = VethPair.between(new VethEnd(left, "l0"), new VethEnd(middle, "l1"), 1, mtuBytes);
    rightPair = VethPair.between(new VethEnd(middle, "r1"), new VethEnd(right, "r0"), 1, mtuBytes);
    left().withoutSegmentation().withChecksums().queue(QUEUED_PACKETS);
    right().withoutSegmentation().withChecksums().queue(QUEUED_PACKETS);
  }

  /**
   * Makes one.
   *
   * @param purpose is in the names of the namespaces
   * @param mtuBytes of all interfaces
   * @return the chain
   * @throws IllegalStateException when it does not work
   */
  public static VethChain make(String purpose, int mtuBytes) {
    Namespace[] made = new Namespace[3];
    try {
      for (int i = 0; i < made.length; i++) {
        made[i] = Namespace.make(purpose + "-" + i);
      }
      return new VethChain(made[0], made[1], made[2], mtuBytes);
    } catch (IllegalStateException e) {
      for (Namespace one : made) {
        if (one != null) {
          one.close();
        }
      }
      throw e;
    }
  }

  /**
   * The end on the left.
   *
   * @return {@code l0}
   */
  public VethEnd left() {
    return leftPair.a();
  }

  /**
   * What {@link #left} is joined with.
   *
   * @return {@code l1}
   */
  public VethEnd middleLeft() {
    return leftPair.b();
  }

  /**
   * What {@link #right} is joined with.
   *
   * @return {@code r1}
   */
  public VethEnd middleRight() {
    return rightPair.a();
  }

  /**
   * The end on the right.
   *
   * @return {@code r0}
   */
  public VethEnd right() {
    return rightPair.b();
  }

  @Override
  public void close() {
    left.close();
    middle.close();
    right.close();
  }
}

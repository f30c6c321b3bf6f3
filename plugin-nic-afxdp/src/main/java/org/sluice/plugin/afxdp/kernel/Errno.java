package org.sluice.plugin.afxdp.kernel;

/** The error numbers of Linux that the driver meets; the same on x86_64 and aarch64. */
public final class Errno {
  /** Not allowed: a capability is missing. */
  public static final int EPERM = 1;
  /** There is no such file or entry. */
  public static final int ENOENT = 2;
  /** A signal came first. */
  public static final int EINTR = 4;
  /** Later: no buffer, no packet, or more to do. */
  public static final int EAGAIN = 11;
  /** No memory, or no more may be locked. */
  public static final int ENOMEM = 12;
  /** Not allowed by its mode. */
  public static final int EACCES = 13;
  /** Somebody else has it. */
  public static final int EBUSY = 16;
  /** It is there already. */
  public static final int EEXIST = 17;
  /** There is no such device. */
  public static final int ENODEV = 19;
  /** The kernel does not know such an argument. */
  public static final int EINVAL = 22;
  /** Out of range: an MTU that the mode does not carry, for example. */
  public static final int ERANGE = 34;
  /** The kernel has no such call. */
  public static final int ENOSYS = 38;
  /** Neither driver nor kernel can do that. */
  public static final int EOPNOTSUPP = 95;
  /** The kernel has no such family of addresses. */
  public static final int EAFNOSUPPORT = 97;
  /** The interface is down. */
  public static final int ENETDOWN = 100;
  /** No buffers at the moment. */
  public static final int ENOBUFS = 105;
  /** The device has gone. */
  public static final int ENXIO = 6;

  private Errno() {}

  /**
   * The name of a number.
   *
   * @param errno the number
   * @return its name, or the number itself
   */
  public static String text(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM (not permitted)";
      case ENOENT -> "ENOENT (there is none)";
      case EINTR -> "EINTR (interrupted)";
      case ENXIO -> "ENXIO (it has gone)";
      case EAGAIN -> "EAGAIN (not now)";
      case ENOMEM -> "ENOMEM (no memory, or no more may be locked)";
      case EACCES -> "EACCES (not permitted)";
      case EBUSY -> "EBUSY (somebody has it)";
      case EEXIST -> "EEXIST (it is there already)";
      case ENODEV -> "ENODEV (no such device)";
      case EINVAL -> "EINVAL (the kernel does not know that)";
      case ERANGE -> "ERANGE (out of range)";
      case ENOSYS -> "ENOSYS (the kernel does not have that)";
      case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
      case EAFNOSUPPORT -> "EAFNOSUPPORT (the kernel has no AF_XDP)";
      case ENETDOWN -> "ENETDOWN (the interface is down)";
      case ENOBUFS -> "ENOBUFS (no buffers)";
      default -> "errno " + errno;
    };
  }
}

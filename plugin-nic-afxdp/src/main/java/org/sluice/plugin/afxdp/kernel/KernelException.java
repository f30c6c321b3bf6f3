package org.sluice.plugin.afxdp.kernel;

/** A system call failed. */
public final class KernelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /**
   * Makes the exception.
   *
   * @param call what was tried, for example {@code bind(AF_XDP)}
   * @param errno why it failed, see {@link Errno}
   */
  public KernelException(String call, int errno) {
    this(call, errno, "");
  }

  /**
   * Makes the exception.
   *
   * @param call what was tried
   * @param errno why it failed
   * @param detail what the kernel wrote about it; may be empty
   */
  public KernelException(String call, int errno, String detail) {
    super(call + ": " + Errno.text(errno) + (detail.isEmpty() ? "" : "\n" + detail));
    this.call = call;
    this.errno = errno;
  }

  /**
   * What was tried.
   *
   * @return the call
   */
  public String call() {
    return call;
  }

  /**
   * Why it failed.
   *
   * @return one of {@link Errno}
   */
  public int errno() {
    return errno;
  }
}

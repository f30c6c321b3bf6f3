package org.sluice.plugin.afxdp.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Which XDP program an interface has, and how one is taken off that no link holds, as {@code ip link set xdp} attaches
 * them (rtnetlink(7), linux/if_link.h). In the namespace of the thread that makes it.
 */
final class XdpNetlink implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;

  private static final short GET_LINK = 18;
  private static final short SET_LINK = 19;
  private static final short ERROR = 2;
  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGE = 4;

  private static final short IFLA_XDP = 43;
  private static final short XDP_FD = 1;
  private static final short XDP_FLAGS = 3;
  private static final short XDP_DRV_PROG_ID = 5;
  private static final short XDP_SKB_PROG_ID = 6;
  private static final int NESTED = 1 << 15;
  private static final int TYPE_MASK = 0x3fff;

  private static final int HEADER_BYTES = 16;
  private static final int INFO_BYTES = 16;
  private static final int ATTRIBUTE_BYTES = 4;
  private static final int INDEX_IN_INFO = 4;
  private static final int ANSWER_BYTES = 64 << 10;
  private static final int ALIGNMENT = 4;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

  private final Libc libc = Linux.libc();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment answer = arena.allocate(ANSWER_BYTES, Long.BYTES);
  private final int socket;

  XdpNetlink() throws KernelException {
    socket = Linux.require("socket(AF_NETLINK)", libc, libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0));
  }

  /**
   * The id of a program; 0 when there is none.
   *
   * @param mode where it would be: {@link XdpAbi#XDP_DRV_MODE} or {@link XdpAbi#XDP_SKB_MODE}
   */
  int program(int device, int mode) throws KernelException {
    int length = ask("netlink RTM_GETLINK", message(GET_LINK, REQUEST, device, 0));
    long xdp = find(HEADER_BYTES + INFO_BYTES, length, IFLA_XDP);
    if (xdp < 0) {
      return 0;
    }
    short wanted = mode == XdpAbi.XDP_DRV_MODE ? XDP_DRV_PROG_ID : XDP_SKB_PROG_ID;
    long program = find(xdp + ATTRIBUTE_BYTES, xdp + (answer.get(SHORT, xdp) & 0xffff), wanted);
    return program < 0 ? 0 : answer.get(INT, program + ATTRIBUTE_BYTES);
  }

  /** Where an attribute begins; -1 when it is not there. */
  private long find(long from, long to, short type) {
    long at = from;
    while (at + ATTRIBUTE_BYTES <= to) {
      int length = answer.get(SHORT, at) & 0xffff;
      if (length < ATTRIBUTE_BYTES || at + length > to) {
        return -1;
      }
      if ((answer.get(SHORT, at + Short.BYTES) & TYPE_MASK) == type) {
        return at;
      }
      at += Math.ceilDiv(length, ALIGNMENT) * (long) ALIGNMENT;
    }
    return -1;
  }

  /** Without a mode the kernel takes the driver's, where there may be none. */
  void detach(int device, int mode) throws KernelException {
    int nested = ATTRIBUTE_BYTES + 2 * (ATTRIBUTE_BYTES + Integer.BYTES);
    MemorySegment message = message(SET_LINK, REQUEST | ACKNOWLEDGE, device, nested);
    long at = HEADER_BYTES + INFO_BYTES;
    message.set(SHORT, at, (short) nested);
    message.set(SHORT, at + 2, (short) (IFLA_XDP | NESTED));
    message.set(SHORT, at + 4, (short) (ATTRIBUTE_BYTES + Integer.BYTES));
    message.set(SHORT, at + 6, XDP_FD);
    message.set(INT, at + 8, -1);
    message.set(SHORT, at + 12, (short) (ATTRIBUTE_BYTES + Integer.BYTES));
    message.set(SHORT, at + 14, XDP_FLAGS);
    message.set(INT, at + 16, mode);
    ask("netlink RTM_SETLINK", message);
  }

  private MemorySegment message(short type, int flags, int device, int attributes) {
    int length = HEADER_BYTES + INFO_BYTES + attributes;
    MemorySegment message = arena.allocate(length, Long.BYTES);
    message.set(INT, 0, length);
    message.set(SHORT, 4, type);
    message.set(SHORT, 6, (short) flags);
    message.set(INT, HEADER_BYTES + INDEX_IN_INFO, device);
    return message;
  }

  /** Sends a message and waits for the answer; returns its length. */
  private int ask(String what, MemorySegment message) throws KernelException {
    Linux.require(what, libc, libc.send(socket, message));
    int length = Linux.require(what, libc, libc.receive(socket, answer));
    if (length >= HEADER_BYTES + Integer.BYTES && answer.get(SHORT, 4) == ERROR) {
      int errno = -answer.get(INT, HEADER_BYTES);
      if (errno != 0) {
        throw new KernelException(what, errno);
      }
    }
    return Math.min(length, answer.get(INT, 0));
  }

  @Override
  public void close() {
    int _ = libc.close(socket);
    arena.close();
  }
}

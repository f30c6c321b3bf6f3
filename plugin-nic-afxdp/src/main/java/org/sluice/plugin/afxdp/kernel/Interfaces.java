package org.sluice.plugin.afxdp.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Questions about interfaces, by ioctl(2) on a socket of their namespace (netdevice(7), linux/ethtool.h). */
final class Interfaces {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;

  private static final long GET_FLAGS = 0x8913;
  private static final long GET_MTU = 0x8921;
  private static final long GET_HARDWARE_ADDRESS = 0x8927;
  private static final long GET_INDEX = 0x8933;
  private static final long ETHTOOL = 0x8946;
  private static final int ETHTOOL_GET_CHANNELS = 0x3c;

  private static final int REQUEST_BYTES = 40;
  private static final int NAME_BYTES = 16;
  /** Behind the family of the address. */
  private static final int HARDWARE_ADDRESS = NAME_BYTES + 2;
  private static final int MAC_BYTES = 6;

  private static final int CHANNELS_BYTES = 36;
  private static final int RX_COUNT = 20;
  private static final int COMBINED_COUNT = 32;

  /** Up, and with a carrier (IFF_UP, IFF_RUNNING). */
  private static final int UP_AND_RUNNING = 1 | 1 << 6;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  int control() throws KernelException {
    Libc libc = Linux.libc();
    return Linux.require("socket(AF_INET)", libc, libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0));
  }

  Kernel.Device device(int control, String name) throws KernelException {
    if (name.length() >= NAME_BYTES) {
      // No interface has so long a name, and one that is cut off would be another's.
      throw new KernelException("ioctl about the interface " + name, Errno.ENODEV);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = request(arena, name);
      int index = ask(control, GET_INDEX, request, name).get(INT, NAME_BYTES);
      int mtu = ask(control, GET_MTU, request, name).get(INT, NAME_BYTES);
      MemorySegment answer = ask(control, GET_HARDWARE_ADDRESS, request, name);
      long mac = 0;
      for (int i = 0; i < MAC_BYTES; i++) {
        mac = mac << Byte.SIZE | answer.get(ValueLayout.JAVA_BYTE, HARDWARE_ADDRESS + i) & 0xff;
      }
      return new Kernel.Device(index, mac, mtu, queues(arena, control, request));
    }
  }

  private static MemorySegment ask(int control, long what, MemorySegment request, String name)
      throws KernelException {
    Libc libc = Linux.libc();
    Linux.require("ioctl about the interface " + name, libc, libc.ioctl(control, what, request));
    return request;
  }

  /** Where the driver does not say, it has one. */
  private static int queues(Arena arena, int control, MemorySegment request) {
    MemorySegment channels = arena.allocate(CHANNELS_BYTES, Long.BYTES);
    channels.set(INT, 0, ETHTOOL_GET_CHANNELS);
    request.set(ValueLayout.JAVA_LONG, NAME_BYTES, channels.address());
    if (Linux.libc().ioctl(control, ETHTOOL, request) < 0) {
      return 1;
    }
    return Math.max(1, channels.get(INT, RX_COUNT) + channels.get(INT, COMBINED_COUNT));
  }

  int isUp(int control, String name, int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = request(arena, name);
      // Another one may have the name by now.
      if (Linux.libc().ioctl(control, GET_INDEX, request) < 0 || request.get(INT, NAME_BYTES) != index
          || Linux.libc().ioctl(control, GET_FLAGS, request) < 0) {
        return -1;
      }
      return (request.get(ValueLayout.JAVA_SHORT, NAME_BYTES) & UP_AND_RUNNING) == UP_AND_RUNNING ? 1 : 0;
    }
  }

  private static MemorySegment request(Arena arena, String name) {
    MemorySegment request = arena.allocate(REQUEST_BYTES, Long.BYTES);
    MemorySegment text = Linux.text(arena, name);
    MemorySegment.copy(text, 0, request, 0, Math.min(text.byteSize(), NAME_BYTES - 1));
    return request;
  }
}

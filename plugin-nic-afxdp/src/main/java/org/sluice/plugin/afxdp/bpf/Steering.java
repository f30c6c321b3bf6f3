package org.sluice.plugin.afxdp.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.XdpAbi;
import org.sluice.spi.network.IpAddress;

/**
 * The steering program of one interface, and the maps that say what is the stack's. Its descriptors are all that holds
 * it: whatever ends the process takes the program off the interface. Worker 0.
 */
public final class Steering implements AutoCloseable {
  /** Addresses of a family. */
  private static final int MAX_ADDRESSES = 1024;
  private static final int ADDRESS_4 = 4;
  private static final int ADDRESS_6 = 16;
  private static final int WORD = 4;

  private final Kernel kernel;
  private final SteeringMaps maps;
  private final int program;
  private final Set<IpAddress> addresses = new HashSet<>();
  private int link = -1;
  private boolean closed;

  private Steering(Kernel kernel, SteeringMaps maps, int program) {
    this.kernel = kernel;
    this.maps = maps;
    this.program = program;
  }

  /**
   * Makes the maps and loads the program.
   *
   * @param kernel does it
   * @param queues of the interface
   * @param all whether every packet is the stack's, whatever follows
   * @param ports those that are the stack's; empty for all
   * @param routers whether advertisements of routers are
   * @param flags for the program, see {@link XdpAbi}
   * @return the program, not attached
   * @throws KernelException when it cannot be; nothing is left behind
   */
  public static Steering load(Kernel kernel, int queues, boolean all, Set<Integer> ports, boolean routers,
      int flags) throws KernelException {
    int[] made = {-1, -1, -1, -1};
    try {
      made[0] = kernel.createMap(XdpAbi.MAP_XSK, WORD, WORD, queues, "sluice_xsk");
      made[1] = kernel.createMap(XdpAbi.MAP_HASH, ADDRESS_4, WORD, MAX_ADDRESSES, "sluice_ip4");
      made[2] = kernel.createMap(XdpAbi.MAP_HASH, ADDRESS_6, WORD, MAX_ADDRESSES, "sluice_ip6");
      if (!ports.isEmpty()) {
        made[3] = kernel.createMap(XdpAbi.MAP_HASH, WORD, WORD, ports.size(), "sluice_ports");
      }
      SteeringMaps maps = new SteeringMaps(made[0], made[1], made[2], made[3]);
      try (Arena arena = Arena.ofConfined()) {
        for (int port : ports) {
          MemorySegment key = arena.allocate(WORD, WORD);
          key.set(ValueLayout.JAVA_BYTE, 0, (byte) (port >>> Byte.SIZE));
          key.set(ValueLayout.JAVA_BYTE, 1, (byte) port);
          kernel.put(made[3], key, one(arena));
        }
        byte[] code = all ? SteeringCode.ofAll(maps) : SteeringCode.assemble(maps, routers);
        MemorySegment instructions = arena.allocate(code.length, Long.BYTES);
        MemorySegment.copy(code, 0, instructions, ValueLayout.JAVA_BYTE, 0, code.length);
        int program = kernel.load(instructions, flags, "sluice");
        return new Steering(kernel, maps, program);
      }
    } catch (KernelException e) {
      for (int map : made) {
        if (map >= 0) {
          kernel.close(map);
        }
      }
      throw e;
    }
  }

  private static MemorySegment one(Arena arena) {
    return arena.allocateFrom(ValueLayout.JAVA_INT, 1);
  }

  /**
   * Attaches the program, in the namespace of the calling thread.
   *
   * @param device the interface's number
   * @param mode {@link XdpAbi#XDP_DRV_MODE} or {@link XdpAbi#XDP_SKB_MODE}
   * @throws KernelException when it cannot be
   */
  public void attach(int device, int mode) throws KernelException {
    link = kernel.attach(program, device, mode);
  }

  /**
   * Gives the packets of a queue to a socket.
   *
   * @param queue the queue
   * @param socket the socket that is bound to it
   * @throws KernelException when it cannot be
   */
  public void socket(int queue, int socket) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      kernel.put(maps.sockets(), arena.allocateFrom(ValueLayout.JAVA_INT, queue),
          arena.allocateFrom(ValueLayout.JAVA_INT, socket));
    }
  }

  /**
   * Says which addresses are the stack's from now on.
   *
   * @param now all of them
   * @throws KernelException when there are too many
   */
  public void addresses(List<IpAddress> now) throws KernelException {
    Set<IpAddress> wanted = new HashSet<>(now);
    try (Arena arena = Arena.ofConfined()) {
      for (IpAddress gone : Set.copyOf(addresses)) {
        if (!wanted.contains(gone)) {
          remove(arena, gone);
          addresses.remove(gone);
        }
      }
      for (IpAddress added : wanted) {
        if (!addresses.contains(added)) {
          kernel.put(map(added), key(arena, added), one(arena));
          addresses.add(added);
        }
      }
    }
  }

  private void remove(Arena arena, IpAddress address) throws KernelException {
    try {
      kernel.remove(map(address), key(arena, address));
    } catch (KernelException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  private int map(IpAddress address) {
    return address.isIp4() ? maps.addresses4() : maps.addresses6();
  }

  private static MemorySegment key(Arena arena, IpAddress address) {
    boolean ip4 = address.isIp4();
    MemorySegment key = arena.allocate(ip4 ? ADDRESS_4 : ADDRESS_6, Long.BYTES);
    if (!ip4) {
      bytes(key, 0, address.high(), Long.BYTES);
    }
    bytes(key, ip4 ? 0 : Long.BYTES, address.low(), ip4 ? ADDRESS_4 : Long.BYTES);
    return key;
  }

  /** The last bytes of a number, in the order of the network. */
  private static void bytes(MemorySegment key, int at, long value, int count) {
    for (int i = 0; i < count; i++) {
      key.set(ValueLayout.JAVA_BYTE, at + i, (byte) (value >>> Byte.SIZE * (count - 1 - i)));
    }
  }

  /** Takes the program off the interface; idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (link >= 0) {
      kernel.close(link);
    }
    kernel.close(program);
    kernel.close(maps.sockets());
    kernel.close(maps.addresses4());
    kernel.close(maps.addresses6());
    if (maps.byPort()) {
      kernel.close(maps.ports());
    }
  }
}

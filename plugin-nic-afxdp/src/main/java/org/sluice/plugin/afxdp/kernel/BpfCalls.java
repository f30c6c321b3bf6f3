package org.sluice.plugin.afxdp.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** bpf(2), as far as the driver needs it (union bpf_attr of linux/bpf.h). */
final class BpfCalls {
  private static final long NUMBER =
      System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("aarch64") ? 280 : 321;

  private static final int MAP_CREATE = 0;
  private static final int MAP_UPDATE = 2;
  private static final int MAP_DELETE = 3;
  private static final int PROG_LOAD = 5;
  private static final int OBJ_GET_INFO = 15;
  private static final int LINK_CREATE = 28;
  private static final int LINK_GET_FD_BY_ID = 30;
  private static final int LINK_GET_NEXT_ID = 31;
  private static final int LINK_DETACH = 34;

  private static final int PROG_TYPE_XDP = 6;
  private static final int ATTACH_XDP = 37;
  private static final int LINK_TYPE_XDP = 6;

  private static final int ATTR_BYTES = 128;
  private static final int LOG_BYTES = 64 << 10;
  private static final int NAME_BYTES = 15;
  private static final int INSTRUCTION_BYTES = 8;
  private static final int LINK_INFO_BYTES = 64;
  private static final int LINK_INFO_PROGRAM = 8;
  private static final int LINK_INFO_DEVICE = 16;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static int call(String what, int command, MemorySegment attr) throws KernelException {
    Libc libc = Linux.libc();
    return Linux.require(what, libc, libc.syscall(NUMBER, command, attr, attr.byteSize()));
  }

  private static MemorySegment attr(Arena arena) {
    return arena.allocate(ATTR_BYTES, Long.BYTES);
  }

  private static void name(MemorySegment attr, long at, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(bytes, 0, attr, ValueLayout.JAVA_BYTE, at, Math.min(bytes.length, NAME_BYTES));
  }

  // ---- Maps.

  int createMap(int type, int keyBytes, int valueBytes, int entries, String name) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(arena);
      attr.set(INT, 0, type);
      attr.set(INT, 4, keyBytes);
      attr.set(INT, 8, valueBytes);
      attr.set(INT, 12, entries);
      name(attr, 28, name);
      return call("bpf(BPF_MAP_CREATE)", MAP_CREATE, attr);
    }
  }

  void put(int map, MemorySegment key, MemorySegment value) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(arena);
      attr.set(INT, 0, map);
      attr.set(LONG, 8, key.address());
      attr.set(LONG, 16, value.address());
      call("bpf(BPF_MAP_UPDATE_ELEM)", MAP_UPDATE, attr);
    }
  }

  void remove(int map, MemorySegment key) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(arena);
      attr.set(INT, 0, map);
      attr.set(LONG, 8, key.address());
      call("bpf(BPF_MAP_DELETE_ELEM)", MAP_DELETE, attr);
    }
  }

  // ---- Programs.

  int load(MemorySegment instructions, int flags, String name) throws KernelException {
    try {
      return load(instructions, flags, name, null);
    } catch (KernelException first) {
      // Once more, to hear why.
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment log = arena.allocate(LOG_BYTES, Long.BYTES);
        try {
          return load(instructions, flags, name, log);
        } catch (KernelException again) {
          throw new KernelException(again.call(), again.errno(), log.getString(0).strip());
        }
      }
    }
  }

  private static int load(MemorySegment instructions, int flags, String name, @Nullable MemorySegment log)
      throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(arena);
      attr.set(INT, 0, PROG_TYPE_XDP);
      attr.set(INT, 4, (int) (instructions.byteSize() / INSTRUCTION_BYTES));
      attr.set(LONG, 8, instructions.address());
      // None of the functions that it calls is for programs under the GPL alone.
      attr.set(LONG, 16, Linux.text(arena, "Apache-2.0").address());
      if (log != null) {
        attr.set(INT, 24, 1);
        attr.set(INT, 28, (int) log.byteSize());
        attr.set(LONG, 32, log.address());
      }
      attr.set(INT, 44, flags);
      name(attr, 48, name);
      attr.set(INT, 68, ATTACH_XDP);
      return call("bpf(BPF_PROG_LOAD)", PROG_LOAD, attr);
    }
  }

  // ---- Links.

  int attach(int program, int device, int flags) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(arena);
      attr.set(INT, 0, program);
      attr.set(INT, 4, device);
      attr.set(INT, 8, ATTACH_XDP);
      attr.set(INT, 12, flags);
      return call("bpf(BPF_LINK_CREATE)", LINK_CREATE, attr);
    }
  }

  /** Detaches the link that holds a program on an interface; false when no link does. */
  boolean detachLink(int program, int device) throws KernelException {
    boolean found = false;
    for (int id = nextLink(0); id != 0; id = nextLink(id)) {
      found |= detachIf(id, program, device);
    }
    return found;
  }

  private static int nextLink(int after) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(arena);
      attr.set(INT, 0, after);
      call("bpf(BPF_LINK_GET_NEXT_ID)", LINK_GET_NEXT_ID, attr);
      return attr.get(INT, 4);
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        return 0;
      }
      throw e;
    }
  }

  private static boolean detachIf(int id, int program, int device) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(arena);
      attr.set(INT, 0, id);
      int link = call("bpf(BPF_LINK_GET_FD_BY_ID)", LINK_GET_FD_BY_ID, attr);
      try {
        MemorySegment info = arena.allocate(LINK_INFO_BYTES, Long.BYTES);
        MemorySegment ask = attr(arena);
        ask.set(INT, 0, link);
        ask.set(INT, 4, LINK_INFO_BYTES);
        ask.set(LONG, 8, info.address());
        call("bpf(BPF_OBJ_GET_INFO_BY_FD)", OBJ_GET_INFO, ask);
        // Numbers of interfaces are those of their namespaces, which links do not tell: the program's is its own.
        if (info.get(INT, 0) != LINK_TYPE_XDP || info.get(INT, LINK_INFO_PROGRAM) != program
            || info.get(INT, LINK_INFO_DEVICE) != device) {
          return false;
        }
        MemorySegment detach = attr(arena);
        detach.set(INT, 0, link);
        call("bpf(BPF_LINK_DETACH)", LINK_DETACH, detach);
        return true;
      } finally {
        int _ = Linux.libc().close(link);
      }
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        // It has gone meanwhile.
        return false;
      }
      throw e;
    }
  }
}

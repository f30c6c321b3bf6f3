package org.sluice.plugin.afxdp.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of libc that are called, each with its handle made at the first call. All return what libc returns;
 * {@link #errno} says why the last one failed. One instance for each thread that calls.
 */
@SuppressWarnings("restricted") // Lengths and addresses are checked by those who call, all of them in this package.
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final MemorySegment state = Arena.ofAuto().allocate(STATE);

  private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    System.arraycopy(more, 0, options, 0, more.length);
    options[more.length] = CAPTURE;
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  /** Why the last call failed. */
  int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  private static AssertionError unexpected(Throwable thrown) {
    return new AssertionError("a downcall threw", thrown);
  }

  // ---- Sockets.

  private static final class Socket {
    static final MethodHandle SOCKET = handle("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    static final MethodHandle BIND = handle("bind", FunctionDescriptor.of(INT, INT, LONG, INT));
    static final MethodHandle SET = handle("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, LONG, INT));
    static final MethodHandle GET = handle("getsockopt", FunctionDescriptor.of(INT, INT, INT, INT, LONG, LONG));
    static final MethodHandle SEND =
        handle("sendto", FunctionDescriptor.of(LONG, INT, LONG, LONG, INT, LONG, INT));
    static final MethodHandle RECEIVE =
        handle("recvfrom", FunctionDescriptor.of(LONG, INT, LONG, LONG, INT, LONG, LONG));
  }

  int socket(int domain, int type, int protocol) {
    try {
      return (int) Socket.SOCKET.invokeExact(state, domain, type, protocol);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int bind(int fd, MemorySegment address) {
    try {
      return (int) Socket.BIND.invokeExact(state, fd, address.address(), (int) address.byteSize());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int setsockopt(int fd, int level, int name, MemorySegment value) {
    try {
      return (int) Socket.SET.invokeExact(state, fd, level, name, value.address(), (int) value.byteSize());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      return (int) Socket.GET.invokeExact(state, fd, level, name, value.address(), length.address());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** sendto(2) without data: a wake-up. */
  long kick(int fd, int flags) {
    try {
      return (long) Socket.SEND.invokeExact(state, fd, 0L, 0L, flags, 0L, 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** recvfrom(2) without data: a wake-up of the other direction. */
  long poke(int fd, int flags) {
    try {
      return (long) Socket.RECEIVE.invokeExact(state, fd, 0L, 0L, flags, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  long send(int fd, MemorySegment data) {
    try {
      return (long) Socket.SEND.invokeExact(state, fd, data.address(), data.byteSize(), 0, 0L, 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  long receive(int fd, MemorySegment into) {
    try {
      return (long) Socket.RECEIVE.invokeExact(state, fd, into.address(), into.byteSize(), 0, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  // ---- Memory and descriptors.

  private static final class Memory {
    static final MethodHandle MMAP = handle("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(INT, LONG, LONG));
    static final MethodHandle MADVISE = handle("madvise", FunctionDescriptor.of(INT, LONG, LONG, INT));
    static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
  }

  /** The address, or -1. */
  long mmap(long length, int protection, int flags, int fd, long offset) {
    try {
      return (long) Memory.MMAP.invokeExact(state, 0L, length, protection, flags, fd, offset);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int munmap(long address, long length) {
    try {
      return (int) Memory.MUNMAP.invokeExact(state, address, length);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int madvise(long address, long length, int advice) {
    try {
      return (int) Memory.MADVISE.invokeExact(state, address, length, advice);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int close(int fd) {
    try {
      return (int) Memory.CLOSE.invokeExact(state, fd);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  // ---- Others.

  private static final class Others {
    static final MethodHandle OPEN =
        handle("open", FunctionDescriptor.of(INT, LONG, INT, INT), Linker.Option.firstVariadicArg(2));
    static final MethodHandle IOCTL =
        handle("ioctl", FunctionDescriptor.of(INT, INT, LONG, LONG), Linker.Option.firstVariadicArg(2));
    static final MethodHandle SYSCALL = handle("syscall", FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG),
        Linker.Option.firstVariadicArg(1));
    static final MethodHandle SETNS = handle("setns", FunctionDescriptor.of(INT, INT, INT));
  }

  int open(MemorySegment path, int flags) {
    try {
      return (int) Others.OPEN.invokeExact(state, path.address(), flags, 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int ioctl(int fd, long request, MemorySegment argument) {
    try {
      return (int) Others.IOCTL.invokeExact(state, fd, request, argument.address());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  long syscall(long number, long first, MemorySegment second, long third) {
    try {
      return (long) Others.SYSCALL.invokeExact(state, number, first, second.address(), third);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int setns(int fd, int type) {
    try {
      return (int) Others.SETNS.invokeExact(state, fd, type);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }
}

package org.sluice.plugin.afxdp;

import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.KernelException;

/** What an operator does about a failed call. */
final class Remedies {
  private Remedies() {}

  static String text(KernelException e) {
    String remedy = remedy(e.call(), e.errno());
    return e.getMessage() + (remedy.isEmpty() ? "" : ". " + remedy);
  }

  private static String remedy(String call, int errno) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES -> "Give the process " + capability(call)
          + ", for example by AmbientCapabilities in its unit of systemd, or run it as root.";
      case Errno.EAFNOSUPPORT -> "Use a kernel that was built with CONFIG_XDP_SOCKETS.";
      case Errno.ENOSYS -> "Use a kernel that was built with CONFIG_BPF_SYSCALL.";
      case Errno.ENODEV -> "See 'ip link' for the interfaces there are, and name the namespace by namespace=NAME.";
      case Errno.EBUSY -> call.startsWith("bind")
          ? "Another socket has the queue; close it, or use another one."
          : "Another XDP program is attached; take it off by 'ip link set dev NAME xdp off', or say replace=on.";
      case Errno.EEXIST -> "Another XDP program is attached in another mode; take it off by 'ip link set dev NAME "
          + "xdpgeneric off', or say replace=on.";
      case Errno.ERANGE -> "The interface's MTU is larger than this mode carries: say multi-buffer=on, or lower it by "
          + "'ip link set dev NAME mtu 1500'.";
      case Errno.ENOBUFS -> "Allow the process to lock more memory: 'ulimit -l unlimited', LimitMEMLOCK=infinity in "
          + "its unit of systemd, or CAP_IPC_LOCK.";
      case Errno.ENOMEM -> call.contains("huge")
          ? "Reserve huge pages: 'sysctl vm.nr_hugepages=64', or say huge-pages=off."
          : "Use smaller rings, or give the host more memory.";
      case Errno.EOPNOTSUPP -> "The interface's driver cannot do that: say copy=auto mode=auto.";
      case Errno.EINVAL -> call.endsWith("with metadata") ? "tx-checksums=kernel needs Linux 6.11." : "";
      case Errno.ENETDOWN -> "Bring the interface up: 'ip link set dev NAME up'.";
      default -> "";
    };
  }

  private static String capability(String call) {
    if (call.startsWith("setns") || call.startsWith("open of the network namespace")) {
      return "CAP_SYS_ADMIN";
    }
    if (call.startsWith("bpf(BPF_LINK_CREATE)")) {
      return "CAP_NET_ADMIN";
    }
    if (call.startsWith("bpf(BPF_LINK")) {
      return "CAP_SYS_ADMIN";
    }
    if (call.startsWith("bpf(")) {
      return "CAP_BPF and CAP_NET_ADMIN";
    }
    return call.startsWith("socket(AF_XDP)") ? "CAP_NET_RAW" : "CAP_NET_ADMIN and CAP_IPC_LOCK";
  }
}

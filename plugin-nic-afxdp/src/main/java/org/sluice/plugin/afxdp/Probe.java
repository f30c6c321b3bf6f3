package org.sluice.plugin.afxdp;

import java.util.List;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.XdpAbi;

/** What on this host keeps the driver from working. Opens a socket and a map, and closes both. */
final class Probe {
  private Probe() {}

  static List<String> of(Kernel kernel) {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return List.of("AF_XDP is Linux's; this is " + System.getProperty("os.name") + ".");
    }
    try {
      kernel.close(kernel.socket());
      kernel.close(kernel.createMap(XdpAbi.MAP_HASH, Integer.BYTES, Integer.BYTES, 1, "sluice_probe"));
      return List.of();
    } catch (KernelException e) {
      return List.of(Remedies.text(e));
    }
  }

  /** For failures that a capability would mend. */
  static boolean isPermission(int errno) {
    return errno == Errno.EPERM || errno == Errno.EACCES;
  }
}

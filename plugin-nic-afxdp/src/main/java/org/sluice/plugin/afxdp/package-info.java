/** The driver {@code af_xdp}: network cards of the host through AF_XDP sockets, by foreign calls to libc alone. */
@NullMarked
package org.sluice.plugin.afxdp;

import org.jspecify.annotations.NullMarked;

/** AF_XDP sockets: memory, one class for each ring, and how a socket is set up and taken down. */
@NullMarked
package org.sluice.plugin.afxdp.xsk;

import org.jspecify.annotations.NullMarked;

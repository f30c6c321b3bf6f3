/** Tests of the driver: over a kernel of their own, and, as root, against the one of the host. */
@NullMarked
package org.sluice.plugin.afxdp;

import org.jspecify.annotations.NullMarked;

/** TCP between a pair of virtual interfaces: ours on AF_XDP, the kernel's beside it, each at either end. */
@NullMarked
package org.sluice.benchmarks.sidebyside.afxdp;

import org.jspecify.annotations.NullMarked;

/** The program that steers packets to the stack: assembled here, so that nothing has to be compiled or shipped. */
@NullMarked
package org.sluice.plugin.afxdp.bpf;

import org.jspecify.annotations.NullMarked;

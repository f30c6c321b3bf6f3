@NullMarked
package org.sluice.plugin.afxdp;

import org.jspecify.annotations.NullMarked;

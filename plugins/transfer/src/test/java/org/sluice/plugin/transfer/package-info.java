/** Tests of the transfer plugin. */
@NullMarked
package org.sluice.plugin.transfer;

import org.jspecify.annotations.NullMarked;

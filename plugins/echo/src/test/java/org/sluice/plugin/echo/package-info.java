/** Tests of the echo plugin. */
@NullMarked
package org.sluice.plugin.echo;

import org.jspecify.annotations.NullMarked;

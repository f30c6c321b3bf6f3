/** Tests of the bench, in virtual time. */
@NullMarked
package org.sluice.plugin.lab;

import org.jspecify.annotations.NullMarked;

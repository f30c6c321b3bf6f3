@NullMarked
package org.sluice.plugin.tcp;

import org.jspecify.annotations.NullMarked;

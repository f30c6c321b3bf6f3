/**
 * The process around the stack: plugins, configuration, console and main. Each sub-package says what it holds; {@link
 * org.sluice.host.Main} is where the process starts, {@code boot.Host} where a host is put together.
 *
 * <p>Thread model: the main thread boots and stops a host; consoles have threads of their own.
 */
@NullMarked
package org.sluice.host;

import org.jspecify.annotations.NullMarked;

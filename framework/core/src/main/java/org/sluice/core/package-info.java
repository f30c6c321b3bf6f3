/**
 * The session layer and all below it, put together as one stack that runs without plugins or files.
 */
@NullMarked
package org.sluice.core;

import org.jspecify.annotations.NullMarked;

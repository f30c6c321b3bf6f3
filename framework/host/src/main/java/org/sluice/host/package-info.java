/**
 * The process around the stack: plugins, configuration, console and main. Everything here runs on the main control
 * thread unless a class says otherwise.
 */
@NullMarked
package org.sluice.host;

import org.jspecify.annotations.NullMarked;

/** Tests of paths, files and the lane. */
@NullMarked
package org.sluice.plugin.http.resource;

import org.jspecify.annotations.NullMarked;

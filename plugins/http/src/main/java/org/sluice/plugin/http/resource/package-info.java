/**
 * From a path to an open file below the root, and its bytes: {@link org.sluice.plugin.http.resource.DocumentRoot} lets
 * nothing else be opened. All of this may wait for a disk, so it runs on background threads of the plugin, by a {@link
 * org.sluice.plugin.http.resource.FileLane} per session.
 */
@NullMarked
package org.sluice.plugin.http.resource;

import org.jspecify.annotations.NullMarked;

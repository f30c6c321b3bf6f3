package org.sluice.core.nic;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What came of a capture.
 *
 * @param file the file
 * @param frames frames in it
 * @param bytes its length
 * @param missed frames that the writer did not keep up with
 * @param unwritten frames that the file had no room for
 * @param failure why it ended early, or null
 */
public record CaptureSummary(
    Path file, long frames, long bytes, long missed, long unwritten, @Nullable String failure) {}

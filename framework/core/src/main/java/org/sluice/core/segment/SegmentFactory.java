package org.sluice.core.segment;

import java.io.IOException;
import org.sluice.spi.memory.Segment;

/** Where the memory of an application's segments comes from: this process, or a file that another process can map. */
@FunctionalInterface
public interface SegmentFactory {

  /**
   * Makes a segment. Any worker, off the data path; may take as long as zeroing the memory does.
   *
   * @param sizeBytes its size
   * @return the segment, owned by the caller
   * @throws IOException when it cannot be made; running out of native memory may also show as OutOfMemoryError
   */
  Segment create(long sizeBytes) throws IOException;
}

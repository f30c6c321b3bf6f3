package org.sluice.plugin.http.respond;

import org.jspecify.annotations.Nullable;
import org.sluice.plugin.http.Status;
import org.sluice.plugin.http.parse.Field;
import org.sluice.plugin.http.parse.Method;
import org.sluice.plugin.http.parse.RequestHead;
import org.sluice.plugin.http.resource.ContentTypes;
import org.sluice.plugin.http.resource.Document;

/**
 * What is said about a request.
 *
 * @param status the status
 * @param file the file it is about, null for an answer without one
 * @param first the first byte of the file that is sent
 * @param lengthBytes how many would be sent for GET
 */
public record Answer(Status status, @Nullable FileInfo file, long first, long lengthBytes) {

  /**
   * What an answer tells of a file.
   *
   * @param sizeBytes the whole
   * @param contentType its media type
   * @param entityTag with quotes
   * @param modifiedS in seconds since 1970
   */
  public record FileInfo(long sizeBytes, String contentType, String entityTag, long modifiedS) {}

  /** An answer without a file. */
  public static Answer of(Status status) {
    return new Answer(status, null, 0, 0);
  }

  /**
   * The answer to GET or HEAD of a file.
   *
   * @param head the request
   * @param document the file
   * @param nowS the time, in seconds since 1970
   */
  public static Answer of(RequestHead head, Document document, long nowS) {
    Validators validators = Validators.of(document, nowS);
    // A time to come, of a clock that is ahead, must not be told (RFC 9110 section 8.8.2.1).
    FileInfo file = new FileInfo(document.sizeBytes(), ContentTypes.of(document.name()), validators.entityTag(),
        Math.min(validators.modifiedS(), nowS));
    Status status = Conditions.evaluate(head, validators, nowS);
    if (status != Status.OK) {
      return new Answer(status, file, 0, 0);
    }
    int line = head.find(Field.RANGE);
    ByteRange range = line < 0 || head.method() != Method.GET || !Conditions.allowRange(head, validators, nowS)
        ? null : ByteRange.of(head.value(line), document.sizeBytes());
    if (range == null) {
      return new Answer(Status.OK, file, 0, document.sizeBytes());
    }
    if (range.lengthBytes() == 0) {
      return new Answer(Status.RANGE_NOT_SATISFIABLE, file, 0, 0);
    }
    return new Answer(Status.PARTIAL_CONTENT, file, range.first(), range.lengthBytes());
  }

  /** Whether bytes of the file belong to it. */
  public boolean hasContent() {
    return status == Status.OK || status == Status.PARTIAL_CONTENT;
  }
}

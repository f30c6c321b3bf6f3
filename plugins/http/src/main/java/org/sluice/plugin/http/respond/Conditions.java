package org.sluice.plugin.http.respond;

import java.util.function.Predicate;
import org.sluice.plugin.http.Status;
import org.sluice.plugin.http.parse.Field;
import org.sluice.plugin.http.parse.RequestHead;

/** The conditions of a request, in the order of RFC 9110 section 13.2.2. */
final class Conditions {
  private Conditions() {}

  /** OK, NOT_MODIFIED or PRECONDITION_FAILED. */
  static Status evaluate(RequestHead head, Validators validators, long nowS) {
    if (head.find(Field.IF_MATCH) != RequestHead.ABSENT) {
      if (!names(head, Field.IF_MATCH, validators::matchesStrongly)) {
        return Status.PRECONDITION_FAILED;
      }
    } else {
      long since = date(head, Field.IF_UNMODIFIED_SINCE, nowS);
      if (since != HttpDate.NONE && validators.modifiedS() > since) {
        return Status.PRECONDITION_FAILED;
      }
    }
    if (head.find(Field.IF_NONE_MATCH) != RequestHead.ABSENT) {
      return names(head, Field.IF_NONE_MATCH, validators::matchesWeakly) ? Status.NOT_MODIFIED : Status.OK;
    }
    long since = date(head, Field.IF_MODIFIED_SINCE, nowS);
    return since != HttpDate.NONE && validators.modifiedS() <= since ? Status.NOT_MODIFIED : Status.OK;
  }

  /** Whether a range is of use: the client has other parts of this very content, or does not say (section 13.1.5). */
  static boolean allowRange(RequestHead head, Validators validators, long nowS) {
    int line = head.find(Field.IF_RANGE);
    if (line < 0) {
      return line == RequestHead.ABSENT;
    }
    String value = head.value(line);
    if (value.startsWith("\"") || value.startsWith("W/")) {
      return validators.matchesStrongly(value);
    }
    return validators.isStrong() && HttpDate.parse(value, nowS) == validators.modifiedS();
  }

  /** A date that is there once and is one. */
  private static long date(RequestHead head, Field field, long nowS) {
    int line = head.find(field);
    return line < 0 ? HttpDate.NONE : HttpDate.parse(head.value(line), nowS);
  }

  /** Whether one of the tags in all lines of the field does. */
  private static boolean names(RequestHead head, Field field, Predicate<String> matches) {
    for (int line = 0; line < head.lines(); line++) {
      if (head.field(line) == field && isListed(head.value(line), matches)) {
        return true;
      }
    }
    return false;
  }

  /** A tag may have commas in it, so the quotes divide the list. */
  private static boolean isListed(String list, Predicate<String> matches) {
    if (list.equals("*")) {
      return true;
    }
    int at = 0;
    while (at < list.length()) {
      int open = list.indexOf('"', at);
      int end = open < 0 ? -1 : list.indexOf('"', open + 1);
      if (end < 0) {
        return false;
      }
      int start = list.startsWith("W/", open - 2) ? open - 2 : open;
      if (matches.test(list.substring(start, end + 1))) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }
}

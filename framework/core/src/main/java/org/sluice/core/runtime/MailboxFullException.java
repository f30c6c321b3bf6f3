package org.sluice.core.runtime;

import java.util.concurrent.RejectedExecutionException;

/** New work for a worker was refused because its mailbox is full. */
public final class MailboxFullException extends RejectedExecutionException {
  private static final long serialVersionUID = 1L;

  MailboxFullException(String worker) {
    super("the mailbox of " + worker + " is full");
  }
}

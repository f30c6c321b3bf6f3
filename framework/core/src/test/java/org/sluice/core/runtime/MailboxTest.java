package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {

  private static final MailTarget TARGET = new RefusingTarget();

  private final List<String> received = new ArrayList<>();
  private final Mailbox.Receiver record =
      (target, kind, handle, argument) -> received.add(kind + ":" + handle + ":" + argument);

  @Test
  void message_arrivesWithAllItsWords() {
    Mailbox mailbox = new Mailbox(2);

    assertThat(mailbox.offer(TARGET, -7, Long.MAX_VALUE, Long.MIN_VALUE)).isTrue();

    assertThat(mailbox.isEmpty()).isFalse();
    assertThat(mailbox.drain(record, 10)).isOne();
    assertThat(received).containsExactly("-7:" + Long.MAX_VALUE + ":" + Long.MIN_VALUE);
    assertThat(mailbox.isEmpty()).isTrue();
  }

  @Test
  void fullMailbox_refuses_andTakesAgainAfterADrain() {
    Mailbox mailbox = new Mailbox(4);
    for (int i = 0; i < 4; i++) {
      assertThat(mailbox.offer(TARGET, i, 0, 0)).isTrue();
    }

    assertThat(mailbox.offer(TARGET, 4, 0, 0)).isFalse();
    assertThat(mailbox.drain(record, 1)).isOne();
    assertThat(mailbox.offer(TARGET, 5, 0, 0)).isTrue();
    assertThat(mailbox.offer(TARGET, 6, 0, 0)).isFalse();

    assertThat(mailbox.drain(record, 10)).isEqualTo(4);
    assertThat(received).containsExactly("0:0:0", "1:0:0", "2:0:0", "3:0:0", "5:0:0");
  }

  @Test
  void receiverThatThrows_losesOnlyItsMessage() {
    Mailbox mailbox = new Mailbox(4);
    mailbox.offer(TARGET, 1, 0, 0);
    mailbox.offer(TARGET, 2, 0, 0);

    try {
      mailbox.drain(
          (target, kind, handle, argument) -> {
            throw new IllegalStateException("planted");
          },
          10);
    } catch (IllegalStateException planted) {
      received.add(planted.getMessage());
    }

    mailbox.drain(record, 10);
    assertThat(received).containsExactly("planted", "2:0:0");
  }

  @Test
  void receiverThatSends_findsTheRoomOfItsOwnMessage() {
    Mailbox mailbox = new Mailbox(2);
    mailbox.offer(TARGET, 1, 0, 0);
    mailbox.offer(TARGET, 2, 0, 0);
    List<Boolean> sent = new ArrayList<>();

    mailbox.drain((target, kind, handle, argument) -> sent.add(mailbox.offer(TARGET, kind + 10, 0, 0)), 2);

    assertThat(sent).containsExactly(true, true);
    mailbox.drain(record, 10);
    assertThat(received).containsExactly("11:0:0", "12:0:0");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void mailbox_behavesLikeABoundedQueue(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int capacity = 1 << random.nextInt(1, 6);
    Mailbox mailbox = new Mailbox(capacity);
    ArrayDeque<String> model = new ArrayDeque<>();
    for (int step = 0; step < 20_000; step++) {
      if (random.nextBoolean()) {
        int kind = random.nextInt();
        long handle = random.nextLong();
        boolean fits = model.size() < capacity;
        assertThat(mailbox.offer(TARGET, kind, handle, step)).as("seed %d step %d", seed, step).isEqualTo(fits);
        if (fits) {
          model.add(kind + ":" + handle + ":" + step);
        }
      } else {
        received.clear();
        mailbox.drain(record, random.nextInt(1, 4));
        for (String message : received) {
          assertThat(message).as("seed %d step %d", seed, step).isEqualTo(model.poll());
        }
        assertThat(mailbox.isEmpty()).as("seed %d step %d", seed, step).isEqualTo(model.isEmpty());
      }
    }
  }

  @Test
  void messages_allocateNothing() {
    Mailbox mailbox = new Mailbox(64);
    Mailbox.Receiver ignore = (target, kind, handle, argument) -> {};

    Allocations.assertNone(
        () -> {
          for (int i = 0; i < 100_000; i++) {
            mailbox.offer(TARGET, i, i, i);
            mailbox.drain(ignore, 1);
          }
        });
  }

  private static final class RefusingTarget implements MailTarget {
    @Override
    public WorkerScope scope() {
      throw new AssertionError("a mailbox does not look at scopes");
    }

    @Override
    public void deliver(StackWorker worker, int kind, long handle, long argument) {
      throw new AssertionError("a mailbox does not deliver");
    }
  }
}

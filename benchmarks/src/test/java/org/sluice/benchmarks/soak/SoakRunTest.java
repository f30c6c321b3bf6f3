package org.sluice.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.session.SessionStream;
import org.sluice.spi.session.StreamReader;
import org.sluice.spi.session.StreamWriter;

/** A run without faults is clean, and each planted one is named. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SoakRunTest {
  private static final long NANOS_PER_MS = 1_000_000;

  @Test
  void a_run_without_faults_is_clean() throws InterruptedException {
    SoakRun.Result result = run(3, 30, 10_000, Tamper.NONE);

    assertThat(result.failure()).isNull();
    assertThat(result.sessions()).isEqualTo(3 * 30);
    assertThat(result.done()).startsWith("90 sessions (");
  }

  @Test
  void a_byte_that_a_reader_loses_is_found() throws InterruptedException {
    SoakRun.Result result = run(1, 50, 10_000, readers((method, arguments, call) -> {
      Object read = call.invoke();
      boolean copies = arguments != null && arguments[0] instanceof byte[];
      if (copies && read.equals(arguments[2]) && (int) read > 1) {
        byte[] target = (byte[]) arguments[0];
        System.arraycopy(target, 1, target, 0, target.length - 1);
        return (int) read - 1;
      }
      return read;
    }));

    assertThat(result.failure()).startsWith("wrong: ").contains(" receiver: ").contains(" instead of ")
        .contains("Script[seed=");
  }

  @Test
  void a_byte_that_changes_is_found() throws InterruptedException {
    SoakRun.Result result = run(1, 50, 10_000, readers((method, arguments, call) -> {
      Object read = call.invoke();
      if (arguments != null && arguments[0] instanceof byte[] target && (int) read > 0) {
        target[(int) read - 1] ^= 1;
      }
      return read;
    }));

    assertThat(result.failure()).startsWith("wrong: ").contains("byte ").contains(" instead of ");
  }

  @Test
  void a_wake_up_that_is_lost_is_found() throws InterruptedException {
    CountDownLatch testEnds = new CountDownLatch(1);
    try {
      SoakRun.Result result = run(2, 50, 1_500, readers((method, arguments, call) -> {
        if (method.getName().equals("read")) {
          testEnds.await();
        }
        return call.invoke();
      }));

      assertThat(result.failure()).startsWith("stuck for 1500 ms:").contains("Script[seed=").contains("from CLIENT: ")
          .contains("java.util.concurrent.CountDownLatch.await").contains(" receiver ");
    } finally {
      testEnds.countDown();
    }
  }

  @Test
  void a_side_that_never_writes_is_found() throws InterruptedException {
    SoakRun.Result result = run(2, 50, 1_500, writers((method, arguments, call) ->
        switch (method.getName()) {
          case "offer", "write", "await" -> 0;
          case "claim" -> null;
          default -> call.invoke();
        }));

    assertThat(result.failure()).startsWith("stuck for 1500 ms:").contains("written 0 of ");
  }

  private static SoakRun.Result run(int pairs, int sessions, int stallMs, Tamper tamper) throws InterruptedException {
    Plan plan = new Plan(11, pairs, Long.MAX_VALUE, sessions, stallMs * NANOS_PER_MS, tamper);
    return new SoakRun(plan, line -> { }).run();
  }

  // ---- Streams that are not quite what they should be.

  private static Tamper readers(Around around) {
    return (stream, end, script) -> {
      StreamReader reader = wrap(StreamReader.class, stream.reader(), around);
      return wrap(SessionStream.class, stream,
          (method, arguments, call) -> method.getName().equals("reader") ? reader : call.invoke());
    };
  }

  private static Tamper writers(Around around) {
    return (stream, end, script) -> {
      StreamWriter writer = wrap(StreamWriter.class, stream.writer(), around);
      return wrap(SessionStream.class, stream,
          (method, arguments, call) -> method.getName().equals("writer") ? writer : call.invoke());
    };
  }

  private static <T> T wrap(Class<T> type, T inner, Around around) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
        (proxy, method, arguments) -> around.call(method, arguments, () -> {
          try {
            return method.invoke(inner, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        })));
  }

  private interface Around {
    Object call(Method method, Object[] arguments, Call call) throws Throwable;
  }

  private interface Call {
    Object invoke() throws Throwable;
  }
}

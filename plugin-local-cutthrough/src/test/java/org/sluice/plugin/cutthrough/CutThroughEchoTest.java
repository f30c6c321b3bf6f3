package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

class CutThroughEchoTest {

  @Test
  void a_client_gets_its_bytes_back_and_both_sessions_go() {
    for (int dataWorkers : new int[] {0, 2}) {
      Stack stack = Stack.builder().dataWorkers(dataWorkers).build();
      PluginScope scope = stack.scope("test");
      stack.worker(0).enter();
      scope.registerTransport(new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), 100)).join();
      List<String> events = new ArrayList<>();
      scope.applications().attach(new Echo(), AttachOptions.named("echo")).join();
      Client client = new Client(events);
      ApplicationContext context = scope.applications().attach(client, AttachOptions.named("client")).join();
      assertThat(context.connect("ct://127.0.0.1:7", 42)).isEqualTo(SessionError.NONE);
      stack.worker(0).exit();
      for (int i = 0; i < 20; i++) {
        for (int w = 0; w <= dataWorkers; w++) {
          stack.worker(w).turn();
        }
      }
      assertThat(events).containsExactly("connected 42", "read hello", "cleanup TRANSPORT", "cleanup SESSION");
      assertThat(scope.faults().count()).isZero();
    }
  }

  private static final class Echo implements Application {
    @Override
    public void onAttached(ApplicationContext context) {
      context.listen("ct://0.0.0.0:7").join();
    }

    @Override
    public void onReadable(Session session) {
      session.transferTo(session, Integer.MAX_VALUE);
    }
  }

  private record Client(List<String> events) implements Application {
    @Override
    public void onConnected(Session session, long opaque) {
      events.add("connected " + opaque);
      byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
      assertThat(session.write(hello, 0, hello.length)).isEqualTo(hello.length);
    }

    @Override
    public void onReadable(Session session) {
      byte[] bytes = new byte[100];
      int n = session.read(bytes, 0, bytes.length);
      events.add("read " + new String(bytes, 0, n, StandardCharsets.UTF_8));
      session.close();
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      events.add("cleanup " + phase);
    }
  }
}

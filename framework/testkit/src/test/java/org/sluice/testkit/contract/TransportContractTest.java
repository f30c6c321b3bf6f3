package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.FakeTransport;

/** The contract finds transports that break it: each of these is right but for one function. */
class TransportContractTest {
  private static class Sound extends FakeTransport {
    final SessionLayer layer;

    Sound(HostServices host) {
      super(host);
      layer = host.sessions();
    }

    @Override
    public TransportDescriptor descriptor() {
      return new TransportDescriptor("subject", "X", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE);
    }
  }

  private static final class NeverLetsGo extends Sound {
    NeverLetsGo(HostServices host) {
      super(host);
    }

    @Override
    public void close(TransportConnection connection) {}
  }

  private static final class LetsGoTwice extends Sound {
    LetsGoTwice(HostServices host) {
      super(host);
    }

    @Override
    public void reset(TransportConnection connection) {
      super.reset(connection);
      layer.deleteNotify(connection);
    }
  }

  private static final class GarblesData extends Sound {
    private int packets;

    GarblesData(HostServices host) {
      super(host);
    }

    @Override
    public void pushHeader(TransportConnection connection, PacketBatch batch) {
      super.pushHeader(connection, batch);
      if (packets++ == 20) {
        long at = batch.offset(0);
        byte was = batch.pool(0).memory().get(ValueLayout.JAVA_BYTE, at);
        batch.pool(0).memory().set(ValueLayout.JAVA_BYTE, at, (byte) (was + 1));
      }
    }
  }

  private static final class KeepsPorts extends Sound {
    KeepsPorts(HostServices host) {
      super(host);
    }

    @Override
    public long connect(long session, EndpointConfig config) {
      long handle = super.connect(session, config);
      TransportConnection halfOpen = halfOpen(handle);
      if (halfOpen != null) {
        layer.localEndpoints().share(halfOpen);
      }
      return handle;
    }
  }

  private static final class KeepsPortsOfCancelled extends Sound {
    KeepsPortsOfCancelled(HostServices host) {
      super(host);
    }

    @Override
    public void cleanupHalfOpen(TransportConnection halfOpen) {
      layer.localEndpoints().share(halfOpen);
      super.cleanupHalfOpen(halfOpen);
    }
  }

  private static final class NeverAnswers extends Sound {
    NeverAnswers(HostServices host) {
      super(host);
    }

    @Override
    public long connect(long session, EndpointConfig config) {
      return 1;
    }
  }

  private static TransportContract contract(Function<HostServices, TransportVft> subject) {
    return new TransportContract() {
      @Override
      protected TransportVft subject(HostServices host) {
        return subject.apply(host);
      }

      @Override
      protected int seeds() {
        return 2;
      }
    };
  }

  private static void found(Function<HostServices, TransportVft> subject, Consumer<TransportContract> behaviour) {
    assertThatCode(() -> behaviour.accept(contract(Sound::new))).doesNotThrowAnyException();
    assertThatThrownBy(() -> behaviour.accept(contract(subject)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed");
  }

  @Test
  void T01_finds_a_connection_that_is_never_let_go() {
    found(NeverLetsGo::new, TransportContract::close_of_the_client_ends_both_sessions);
  }

  @Test
  void T01_finds_a_connection_that_is_let_go_twice() {
    found(LetsGoTwice::new, TransportContract::reset_of_the_client_is_seen_as_a_reset);
  }

  @Test
  void T01_finds_garbled_data() {
    found(GarblesData::new, TransportContract::large_echo_through_small_fifos_arrives_whole);
  }

  @Test
  void T01_finds_a_port_that_is_not_given_back() {
    found(KeepsPorts::new, TransportContract::cancelled_connect_calls_nobody);
  }

  @Test
  void defect_1_finds_a_port_that_is_not_given_back_when_the_client_detaches_while_connecting() {
    found(KeepsPortsOfCancelled::new, TransportContract::client_that_detaches_while_connecting_is_never_called);
  }

  @Test
  void T01_finds_a_connect_without_an_answer() {
    found(NeverAnswers::new, TransportContract::connect_without_listener_fails_once_with_its_opaque);
  }
}

package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.transport.FakeConnectionlessTransport;

/** The contract finds connectionless transports that break it: each of these is right but for one function. */
class DatagramContractTest {
  private static final class ForgetsThePeer extends FakeConnectionlessTransport {
    ForgetsThePeer(HostServices host) {
      super(host);
    }

    @Override
    protected void take(TransportConnection connection, DatagramAddress address, byte[] data) {
      super.take(connection, new DatagramAddress().set(connection), data);
    }
  }

  private static final class IgnoresTheFlow extends FakeConnectionlessTransport {
    private int next;

    IgnoresTheFlow(HostServices host) {
      super(host);
    }

    @Override
    protected long choose(long listener, FlowKey key) {
      FlowKey another = new FlowKey();
      another.remote(0, 0, next++);
      return super.choose(listener, another);
    }
  }

  private static final class CutsDatagrams extends FakeConnectionlessTransport {
    CutsDatagrams(HostServices host) {
      super(host);
    }

    @Override
    protected void take(TransportConnection connection, DatagramAddress address, byte[] data) {
      super.take(connection, address, Arrays.copyOf(data, Math.min(data.length, 512)));
    }
  }

  private static final class NeverLetsGo extends FakeConnectionlessTransport {
    NeverLetsGo(HostServices host) {
      super(host);
    }

    @Override
    public void close(TransportConnection connection) {}
  }

  private static DatagramContract contract(Function<HostServices, TransportVft> subject) {
    return new DatagramContract() {
      @Override
      protected TransportVft subject(HostServices host) {
        return subject.apply(host);
      }

      @Override
      protected int seeds() {
        return 1;
      }
    };
  }

  private static void found(Function<HostServices, TransportVft> subject, Consumer<DatagramContract> behaviour) {
    assertThatCode(() -> behaviour.accept(contract(FakeConnectionlessTransport::new))).doesNotThrowAnyException();
    assertThatThrownBy(() -> behaviour.accept(contract(subject)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed");
  }

  @Test
  void S29_finds_a_datagram_without_its_sender() {
    found(ForgetsThePeer::new, DatagramContract::datagrams_arrive_whole_and_with_the_address_of_their_sender);
  }

  @Test
  void S29_finds_a_flow_that_wanders_between_workers() {
    found(IgnoresTheFlow::new, DatagramContract::same_flow_is_served_by_the_same_session_and_flows_are_spread);
  }

  @Test
  void S29_finds_a_datagram_that_is_cut() {
    found(CutsDatagrams::new, DatagramContract::datagrams_arrive_whole_and_with_the_address_of_their_sender);
  }

  @Test
  void S29_finds_a_listener_whose_sessions_never_go() {
    found(NeverLetsGo::new, DatagramContract::unlisten_ends_the_sessions_of_the_listener);
  }
}

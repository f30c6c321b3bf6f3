package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.sluice.core.network.NetworkLimits;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.network.IpAddress;

class AddressClaimsTest {
  private final IpFixture ip = new IpFixture();
  private final List<String> warnings = new ArrayList<>();
  private final AddressClaims claims = new AddressClaims(7, ip.worker,
      new NetworkPlane(ip.workers, NetworkLimits.DEFAULT, ip, ip.counters(), List.of()),
      new LinkShared(LinkLimits.DEFAULT, new IpCounters(ip.counters()), ip.counters(), index -> null),
      new SplittableRandom(1), logger());

  private Logger logger() {
    return (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(), new Class<?>[] {Logger.class},
        (proxy, method, arguments) -> {
          warnings.add(method.getName());
          return null;
        });
  }

  @Test
  void duplicates_areCountedEachTime_andTellTheLogOnceAMinute() {
    for (int i = 1; i <= 100; i++) {
      IpAddress address = new IpAddress(IpFixture.NET_6, i);
      ip.on(() -> claims.start(address));
      ip.on(() -> {
        claims.asked(address.high(), address.low(), 9);
        return true;
      });
    }
    assertThat(ip.count("ip.dad.duplicate")).isEqualTo(100);
    assertThat(warnings).containsExactly("warn");
    ip.pass(60 * IpFixture.SECOND_NS);
    ip.on(() -> {
      claims.onDuplicate(new IpAddress(IpFixture.NET_6, 1));
      return true;
    });
    assertThat(warnings).containsExactly("warn", "warn");
  }
}

package org.sluice.host.boot;

import java.util.List;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.core.ip.IcmpLimits;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.LinkLimits;
import org.sluice.core.ip.ReassemblyLimits;
import org.sluice.core.lookup.PortRange;
import org.sluice.core.network.NetworkLimits;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.PolicyLimits;
import org.sluice.core.runtime.IdleStrategy;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.core.session.SweepLimits;
import org.sluice.core.session.TxLimits;
import org.sluice.host.config.Settings;
import org.sluice.host.log.PluginLogs;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.host.Configuration;

/** The section {@code stack} of the configuration, as the stack wants it. */
final class StackSettings {

  private StackSettings() {}

  /**
   * A stack as configured, not built yet.
   *
   * @throws ProblemsException when values that are right one by one do not fit together
   */
  static Stack.Builder of(Settings settings) throws ProblemsException {
    Configuration stack = settings.section("stack");
    try {
      // Checked with the rest, before anything runs; plugins get their levels when they are there.
      var _ = PluginLogs.parse(settings.section("host").text("log-levels"));
      Stack.Builder builder = Stack.builder()
          .dataWorkers(integer(stack, "workers"))
          .cpus(CpuList.parse(stack.text("cpus")))
          .idle(stack.text("idle").equals("busy") ? IdleStrategy.busy() : IdleStrategy.backOff())
          .policy(PolicyBackend.of(stack.text("rt-backend")))
          .streamSpinNs(stack.duration("stream-spin").toNanos())
          .slowTurnNs(stack.duration("slow-turn").toNanos())
          .limits(limits(stack));
      return stack.text("session-layer").equals("disabled") ? builder.sessionLayerOff() : builder;
    } catch (IllegalArgumentException e) {
      throw new ProblemsException("The configuration is wrong, so the host did not start:",
          List.of(new Problem("CFG-009", "stack", String.valueOf(e.getMessage()), "change the key it is about")));
    }
  }

  static StackLimits limits(Configuration stack) {
    Configuration limits = stack.section("limits");
    return new StackLimits(
        integer(limits, "sessions-per-worker"),
        integer(limits, "flows"),
        integer(limits, "segments"),
        integer(limits, "transports"),
        new PortRange(integer(stack, "ports.first"), integer(stack, "ports.last")),
        new ApplicationLimits(
            integer(limits, "applications"),
            integer(limits, "listeners"),
            integer(limits, "workers-per-application"),
            integer(limits, "unanswered-connects"),
            integer(limits, "namespaces"),
            limits.duration("segment-linger").toNanos()),
        new TxLimits(
            integer(limits, "packets-per-turn"),
            integer(limits, "burst-packets"),
            integer(limits, "burst-bytes"),
            limits.duration("tx-retry").toNanos(),
            limits.duration("tx-postpone").toNanos()),
        new WorkerLimits(
            integer(limits, "mailbox"),
            integer(limits, "messages-per-turn"),
            integer(limits, "controls-per-turn"),
            integer(limits, "events-per-turn"),
            integer(limits, "timers-per-turn"),
            limits.duration("timer-tick").toNanos()),
        new SweepLimits(
            limits.duration("fifo-sweep-after").toNanos(),
            integer(limits, "fifo-sweeps-per-run")),
        new PolicyLimits(integer(limits, "rules"), integer(limits, "sdl-entries")),
        new NetworkLimits(
            integer(limits, "interfaces"),
            integer(limits, "interface-addresses"),
            integer(limits, "routes"),
            integer(limits, "tables")),
        integer(limits, "streams-per-session"),
        integer(limits, "session-records"),
        ip(stack, limits));
  }

  private static IpLimits ip(Configuration stack, Configuration limits) {
    return new IpLimits(
        integer(limits, "packets-per-queue"),
        integer(limits, "neighbors"),
        integer(limits, "packets-per-neighbor"),
        integer(limits, "packets-awaiting-neighbors"),
        integer(limits, "neighbor-requests-per-second"),
        integer(limits, "idle-paths"),
        limits.duration("neighbor-reachable").toNanos(),
        limits.duration("neighbor-stale").toNanos(),
        new ReassemblyLimits(
            integer(limits, "reassembly-datagrams"),
            integer(limits, "reassembly-bytes"),
            integer(limits, "reassembly-fragments"),
            integer(limits, "reassembly-datagrams-per-source"),
            integer(limits, "reassembly-whole-datagrams")),
        new IcmpLimits(
            integer(limits, "icmp-errors-per-second"),
            integer(limits, "icmp-error-burst"),
            integer(limits, "path-mtus")),
        new LinkLimits(
            integer(limits, "tentative-addresses"),
            integer(limits, "routers"),
            integer(limits, "router-prefixes"),
            integer(limits, "router-advertisements-per-second"),
            integer(limits, "least-router-hop-limit"),
            integer(stack, "ip6-address-probes"),
            integer(stack, "ip4-address-probes")),
        integer(limits, "trace-packets"));
  }

  private static int integer(Configuration section, String key) {
    return Math.toIntExact(section.number(key));
  }
}

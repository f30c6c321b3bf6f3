package org.sluice.benchmarks.sidebyside.session;

import java.util.List;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.PolicyLimits;
import org.sluice.core.policy.PolicyTables;
import org.sluice.core.policy.Rule;
import org.sluice.core.policy.RuleAction;
import org.sluice.core.policy.RuleKey;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;

/** Ours: the rules of one table, asked as the lookup of a packet asks them. */
public final class RuleLookups extends LookupContender {
  private final RuleMix mix;
  private final PolicyTables tables =
      new PolicyTables(PolicyLimits.DEFAULT, new CounterRegistry(1).scope("benchmark"));
  private final FlowKey key = new FlowKey();
  private final LookupResult result = new LookupResult();

  private RuleLookups(RuleMix mix) {
    this.mix = mix;
    tables.select(PolicyBackend.RULES);
    List<RuleKey> rules = mix.rules();
    for (int i = 0; i < rules.size(); i++) {
      SessionError error = tables.add(0, new Rule(0, rules.get(i), new RuleAction.Redirect(i), ""));
      if (error != SessionError.NONE) {
        throw new IllegalStateException("rule " + i + " is refused: " + error);
      }
    }
  }

  /**
   * Opens it.
   *
   * @param rules how many rules there are
   * @return the contender
   */
  public static RuleLookups of(int rules) {
    return new RuleLookups(new RuleMix(rules));
  }

  @Override
  long lookUp(int number) {
    return tables.decide(0, mix.flow(number, key), result) ? result.handle() : -1;
  }

  @Override
  boolean isRight(long found) {
    return found < mix.rules().size();
  }
}

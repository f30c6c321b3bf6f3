package org.sluice.distribution.walls;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which calls into the JDK stay in which places. */
final class CallWalls {
  /** The one class that asks the machine for the time. */
  private static final String SYSTEM_CLOCK = "org.sluice.core.runtime.SystemClock";

  /** The one class that asks the machine for randomness. */
  private static final String SYSTEM_RANDOM = "org.sluice.core.runtime.SystemRandom";

  private static final Pattern TIME_OR_RANDOMNESS = calls(
      "java.lang.System.(nanoTime|currentTimeMillis)",
      "java.lang.Thread.sleep",
      "java.util.concurrent.TimeUnit.sleep",
      "java.time.\\w+.now",
      "java.time.Clock.(system|tick)\\w*",
      "java.time.InstantSource.system",
      "java.lang.Math.random",
      "java.util.UUID.randomUUID",
      "java.util.Random.<init>",
      "java.util.SplittableRandom.<init>(?=\\(\\))",
      "java.util.concurrent.ThreadLocalRandom.current",
      "java.util.random.RandomGenerator.(getDefault|of)",
      "java.security.SecureRandom.(<init>|getInstance\\w*)");

  private static final Pattern SLEEP = calls(
      "java.lang.Thread.sleep",
      "java.util.concurrent.TimeUnit.sleep",
      "java.util.concurrent.locks.LockSupport.park(Nanos|Until)");

  private static final Pattern REINTERPRET_CALL = calls("java.lang.foreign.MemorySegment.reinterpret");

  private static final Pattern MEMORY_VIEW = Pattern.compile(
      "java\\.lang\\.foreign\\.(MemorySegment|ValueLayout)(\\$.*)?");

  private static final Pattern RESTRICTED_TYPE = Pattern.compile(
      "java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor)(\\$.*)?");

  static final ArchRule CLOCK_AND_RANDOMNESS = classes().that()
      .resideInAnyPackage("org.sluice.spi..", "org.sluice.core..", "org.sluice.plugin..")
      .and().doNotHaveFullyQualifiedName(SYSTEM_CLOCK)
      .and().doNotHaveFullyQualifiedName(SYSTEM_RANDOM)
      .should(notCall("take time and randomness from outside, and not sleep", TIME_OR_RANDOMNESS))
      .allowEmptyShould(true);

  static final ArchRule TESTS_DO_NOT_SLEEP = classes().that().resideInAPackage("org.sluice..")
      .should(notCall("not wait for time to pass", SLEEP))
      .allowEmptyShould(true);

  /** Who calls the operating system beside the memory of the SPI: who sleeps on cards or is pinned, and the driver. */
  private static final String POLL = "org.sluice.core.runtime.DescriptorPoll";
  private static final String AFFINITY = "org.sluice.core.runtime.CpuAffinity";
  private static final String KERNEL = "org.sluice.plugin.afxdp.kernel..";

  /** Everybody may read and write through a segment it was given; making, mapping and shaping them is for these. */
  static final ArchRule FOREIGN_MEMORY = classes().that()
      .resideInAnyPackage("org.sluice.spi..", "org.sluice.core..", "org.sluice.host..", "org.sluice.plugin..")
      .and().resideOutsideOfPackages("org.sluice.spi.memory..", "org.sluice.spi.header..", "org.sluice.spi.nic..",
          "org.sluice.plugin.afxdp..")
      .and().doNotHaveFullyQualifiedName(POLL)
      .and().doNotHaveFullyQualifiedName(AFFINITY)
      .should(notDependOn("use of java.lang.foreign only views of memory",
          type -> type.startsWith("java.lang.foreign.") && !MEMORY_VIEW.matcher(type).matches()))
      .allowEmptyShould(true);

  static final ArchRule RESTRICTED_TYPES = classes().that().resideInAPackage("org.sluice..")
      .and().resideOutsideOfPackages("org.sluice.spi.memory..", KERNEL)
      .and().doNotHaveFullyQualifiedName(POLL)
      .and().doNotHaveFullyQualifiedName(AFFINITY)
      .should(notDependOn("make no foreign calls", type -> RESTRICTED_TYPE.matcher(type).matches()))
      .allowEmptyShould(true);

  static final ArchRule REINTERPRET = classes().that().resideInAPackage("org.sluice..")
      .and().resideOutsideOfPackages("org.sluice.spi.memory..", KERNEL)
      .and().doNotHaveFullyQualifiedName("org.sluice.plugin.afxdp.xsk.Raw")
      .should(notCall("not widen a segment", REINTERPRET_CALL))
      .allowEmptyShould(true);

  private CallWalls() {}

  /** Matches {@code package.Type.method(parameter types)}; a dot in a pattern stands for itself. */
  private static Pattern calls(String... patterns) {
    return Pattern.compile("(" + String.join("|", patterns).replace(".", "\\.") + ")\\(.*");
  }

  /** Calls and method references alike. */
  private static ArchCondition<JavaClass> notCall(String description, Pattern banned) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass caller, ConditionEvents events) {
        for (JavaAccess<?> access : caller.getAccessesFromSelf()) {
          if (banned.matcher(access.getTarget().getFullName()).matches()) {
            events.add(SimpleConditionEvent.violated(access, access.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> notDependOn(String description, Predicate<String> banned) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass user, ConditionEvents events) {
        for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
          if (banned.test(dependency.getTargetClass().getBaseComponentType().getName())) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }
}

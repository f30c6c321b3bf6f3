package org.sluice.distribution.walls;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * No state outside of objects, so that any number of stacks live in one process. A private constant array passes: that
 * nobody writes to its elements is not visible here.
 */
final class StateWalls {
  static final ArchRule STATIC_STATE = classes().that()
      .resideInAnyPackage("org.sluice.spi..", "org.sluice.core..", "org.sluice.plugin..")
      .should(new ArchCondition<>("have no mutable static state") {
        @Override
        public void check(JavaClass owner, ConditionEvents events) {
          for (JavaField field : owner.getFields()) {
            if (isMutableState(field)) {
              events.add(SimpleConditionEvent.violated(field, field.getDescription() + " is mutable static state"));
            }
          }
        }
      })
      .allowEmptyShould(true);

  private static final Pattern MUTABLE_TYPE = Pattern.compile("java\\.util\\.concurrent\\.(atomic\\..*|Concurrent.*)"
      + "|java\\.util\\.(Array|Hash|Tree|Linked|Enum|Weak|Identity)\\w*(List|Map|Set|Deque)|java\\.util\\.BitSet"
      + "|java\\.util\\.\\w*Random|java\\.lang\\.(ThreadLocal|StringBuilder|StringBuffer)"
      + "|it\\.unimi\\.dsi\\.fastutil\\..*|org\\.jctools\\..*");

  private StateWalls() {}

  private static boolean isMutableState(JavaField field) {
    if (!field.getModifiers().contains(JavaModifier.STATIC)
        || field.getModifiers().contains(JavaModifier.SYNTHETIC)
        || field.getName().startsWith("$")) { // $assertionsDisabled, $VALUES, $SwitchMap$ are the compiler's
      return false;
    }
    JavaClass type = field.getRawType();
    boolean isPrivate = field.getModifiers().contains(JavaModifier.PRIVATE);
    return !field.getModifiers().contains(JavaModifier.FINAL)
        || (type.isArray() && !isPrivate)
        || MUTABLE_TYPE.matcher(type.getName()).matches()
        || (isCollection(type) && isFilledInPlace(field.getOwner()));
  }

  private static boolean isCollection(JavaClass type) {
    return type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
  }

  /** A static initializer that makes a mutable collection and freezes no copy of it. */
  private static boolean isFilledInPlace(JavaClass owner) {
    if (owner.getStaticInitializer().isEmpty()) {
      return false;
    }
    boolean makes = false;
    for (JavaConstructorCall call : owner.getStaticInitializer().get().getConstructorCallsFromSelf()) {
      makes |= isCollection(call.getTargetOwner());
    }
    for (JavaMethodCall call : owner.getStaticInitializer().get().getMethodCallsFromSelf()) {
      makes &= !call.getName().equals("copyOf") && !call.getName().startsWith("unmodifiable");
    }
    return makes;
  }
}

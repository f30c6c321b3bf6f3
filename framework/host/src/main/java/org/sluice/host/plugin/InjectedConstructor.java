package org.sluice.host.plugin;

import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sluice.spi.host.HostServices;

/** The constructor that an extension is made by. */
final class InjectedConstructor {

  private InjectedConstructor() {}

  /** Most classes have one public constructor and need no annotation; more than one are for tests and embedding. */
  static <T> Optional<Constructor<T>> of(Class<T> type) {
    @SuppressWarnings("unchecked") // The class's own constructors make instances of it.
    List<Constructor<T>> declared = List.of((Constructor<T>[]) type.getDeclaredConstructors());
    List<Constructor<T>> open = declared.stream().filter(made -> Modifier.isPublic(made.getModifiers())).toList();
    return only(declared.stream().filter(made -> made.isAnnotationPresent(Inject.class)
            || made.isAnnotationPresent(com.google.inject.Inject.class)).toList())
        .or(() -> only(open))
        .or(() -> only(open.stream().filter(InjectedConstructor::takesServices).toList()));
  }

  private static boolean takesServices(Constructor<?> constructor) {
    return Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {HostServices.class});
  }

  private static <T> Optional<T> only(List<T> list) {
    return list.size() == 1 ? Optional.of(list.getFirst()) : Optional.empty();
  }
}

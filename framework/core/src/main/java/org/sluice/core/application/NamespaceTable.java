package org.sluice.core.application;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AttachOptions;

/** The namespaces by id. The default one always exists. Worker 0. */
final class NamespaceTable {
  private final Map<String, Namespace> byId = new LinkedHashMap<>();

  NamespaceTable() {
    byId.put(AttachOptions.DEFAULT_NAMESPACE, new Namespace(AttachOptions.DEFAULT_NAMESPACE, 0, 0, 0));
  }

  Collection<Namespace> all() {
    return byId.values();
  }

  @Nullable Namespace get(String id) {
    return byId.get(id);
  }
}

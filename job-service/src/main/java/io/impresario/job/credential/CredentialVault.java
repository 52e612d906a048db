package io.impresario.job.credential;

import io.impresario.sealing.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Opens the credentials that a workflow declares, for one of its runs. */
@ApplicationScoped
public class CredentialVault {
  private final CredentialStore store;

  CredentialVault(CredentialStore store) {
    this.store = store;
  }

  /**
   * What was found and what was not.
   *
   * @param values by the name as the workflow declares it
   * @param missing declared names that the tenant has no credential for
   */
  public record Revealed(Map<String, Secret> values, List<String> missing) {}

  public Uni<Revealed> reveal(UUID tenant, List<String> names) {
    if (names.isEmpty()) {
      return Uni.createFrom().item(new Revealed(Map.of(), List.of()));
    }
    return store
        .findAll(tenant, names.stream().map(CredentialName::normal).toList())
        .map(found -> revealed(names, found));
  }

  private static Revealed revealed(List<String> names, Map<String, Secret> found) {
    Map<String, Secret> values = new LinkedHashMap<>();
    for (String name : names) {
      Secret value = found.get(CredentialName.normal(name));
      if (value != null) {
        values.put(name, value);
      }
    }
    List<String> missing = names.stream().filter(name -> !values.containsKey(name)).toList();
    return new Revealed(values, missing);
  }
}

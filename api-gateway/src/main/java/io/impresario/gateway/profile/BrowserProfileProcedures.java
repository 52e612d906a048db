package io.impresario.gateway.profile;

import io.impresario.gateway.procedure.Procedure;
import io.impresario.gateway.procedure.Procedure.Call;
import io.impresario.gateway.procedure.ProcedureGroup;
import io.impresario.rpc.Ids;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code browserProfiles/ensure|list|delete}. */
@ApplicationScoped
class BrowserProfileProcedures implements ProcedureGroup {
  private static final int MAX_NAME = 200;

  /**
   * @param created whether it was not there before
   */
  record Ensured(boolean success, UUID profileId, String name, boolean created) {}

  record Listed(List<Shown> profiles) {}

  /**
   * @param providers where the hosted service keeps a login; none here
   */
  record Shown(UUID profileId, String name, List<String> providers, Instant updatedAt) {}

  record Deleted(boolean success, long deletedCount) {}

  private final BrowserProfiles profiles;
  private final Clock clock;

  @Inject
  BrowserProfileProcedures(BrowserProfiles profiles, Clock clock) {
    this.profiles = profiles;
    this.clock = clock;
  }

  @Override
  public Map<String, Procedure> procedures() {
    return Map.of(
        "/v1/browserProfiles/ensure", this::ensure,
        "/v1/browserProfiles/list", this::list,
        "/v1/browserProfiles/delete", this::delete);
  }

  private Uni<Ensured> ensure(Call call) {
    String name = call.input().requiredText("name", 1, MAX_NAME);
    call.input().check();
    UUID tenantId = call.tenantCaller().tenantId();
    UUID newId = Ids.next(clock);
    return Panache.withTransaction(() -> profiles.ensure(newId, tenantId, name, clock.instant()))
        .map(profile -> new Ensured(true, profile.id, profile.name, profile.id.equals(newId)));
  }

  private Uni<Listed> list(Call call) {
    return Panache.withSession(() -> profiles.of(call.tenantCaller().tenantId()))
        .map(found -> new Listed(found.stream().map(BrowserProfileProcedures::shown).toList()));
  }

  private Uni<Deleted> delete(Call call) {
    Input input = call.input();
    UUID id = input.optionalUuid("id");
    String name = input.optionalText("name", 1, MAX_NAME);
    if (id == null && name == null) {
      input.issue(Issue.required("id", "string"));
    }
    input.check();
    return Panache.withTransaction(() -> profiles.remove(call.tenantCaller().tenantId(), id, name))
        .map(deleted -> new Deleted(true, deleted));
  }

  private static Shown shown(BrowserProfile profile) {
    return new Shown(profile.id, profile.name, List.of(), profile.updatedAt);
  }
}

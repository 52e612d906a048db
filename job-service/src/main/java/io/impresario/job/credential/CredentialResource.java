package io.impresario.job.credential;

import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.sealing.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code credentials/*} of docs/api/openapi.yaml. */
@Path("/v1/credentials")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class CredentialResource {
  private static final int MAX_VALUE = 1024;

  private final CredentialStore store;

  CredentialResource(CredentialStore store) {
    this.store = store;
  }

  record Created(boolean success, UUID credentialId, String message) {}

  record Upserted(boolean success, UUID credentialId, boolean overwritten, String message) {}

  record Entry(UUID credentialId, String name, Instant createdAt, Instant updatedAt) {}

  record Listed(List<Entry> credentials) {}

  record Value(UUID id, String value) {
    @Override
    public String toString() {
      return "Value[" + id + "]";
    }
  }

  record Done(boolean success, String message) {}

  @POST
  @Path("create")
  public Uni<Created> create(RpcRequest request) {
    String name = CredentialName.required(request.input());
    Secret value = value(request.input());
    request.input().check();
    return store
        .create(request.caller().tenantId(), name, value)
        .map(id -> id.orElseThrow(() -> nameTaken(name)))
        .map(id -> new Created(true, id, "Credential \"" + name + "\" created"));
  }

  @POST
  @Path("upsert")
  public Uni<Upserted> upsert(RpcRequest request) {
    String name = CredentialName.required(request.input());
    Secret value = value(request.input());
    request.input().check();
    return store
        .upsert(request.caller().tenantId(), name, value)
        .map(
            done -> {
              String act = done.overwritten() ? "overwritten" : "created";
              String message = "Credential \"" + name + "\" " + act;
              return new Upserted(true, done.id(), done.overwritten(), message);
            });
  }

  @POST
  @Path("list")
  public Uni<Listed> list(RpcRequest request) {
    return store
        .list(request.caller().tenantId())
        .map(all -> new Listed(all.stream().map(CredentialResource::entry).toList()));
  }

  @POST
  @Path("get")
  public Uni<Value> get(RpcRequest request) {
    String name = CredentialName.required(request.input());
    request.input().check();
    return store
        .find(request.caller().tenantId(), name)
        .map(found -> found.orElseThrow(CredentialResource::unknown))
        .map(found -> new Value(found.id(), found.value().value()));
  }

  @POST
  @Path("update")
  public Uni<Done> update(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    String name = CredentialName.optional(request.input());
    String text = request.input().optionalText("value", 1, MAX_VALUE);
    request.input().check();
    return store
        .update(request.caller().tenantId(), id, name, text == null ? null : new Secret(text))
        .map(
            result ->
                switch (result) {
                  case DONE -> new Done(true, "Credential updated");
                  case UNKNOWN -> throw unknown();
                  case NAME_TAKEN -> throw nameTaken(name);
                  case IN_USE -> throw inUse();
                });
  }

  @POST
  @Path("delete")
  public Uni<Done> delete(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    request.input().check();
    return store
        .delete(request.caller().tenantId(), id)
        .map(
            result ->
                switch (result) {
                  case DONE -> new Done(true, "Credential deleted");
                  case UNKNOWN -> throw unknown();
                  case IN_USE -> throw inUse();
                });
  }

  private static Secret value(Input input) {
    return new Secret(input.requiredText("value", 1, MAX_VALUE));
  }

  private static Entry entry(CredentialStore.Listed listed) {
    return new Entry(listed.id(), listed.name(), listed.createdAt(), listed.updatedAt());
  }

  private static RpcException unknown() {
    return RpcException.notFound("Credential not found");
  }

  private static RpcException inUse() {
    return RpcException.conflict(
        "credential_in_use", "A queued or running job's workflow declares this credential");
  }

  private static RpcException nameTaken(@Nullable String name) {
    return RpcException.conflict(
        "duplicate_name", "A credential named \"" + name + "\" exists already");
  }
}

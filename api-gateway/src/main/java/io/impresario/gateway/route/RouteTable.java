package io.impresario.gateway.route;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.route.Route.Answer;
import io.impresario.rpc.http.RpcLimits;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All procedures of the public port. Paths are compared exactly. */
@ApplicationScoped
public class RouteTable {
  private final GatewayConfig.Timeouts timeouts;
  private final Map<String, Route> byPath;

  @Inject
  public RouteTable(GatewayConfig config) {
    this(config.timeouts());
  }

  public RouteTable(GatewayConfig.Timeouts timeouts) {
    this.timeouts = timeouts;
    List<Route> routes = new ArrayList<>();
    addJobService(routes);
    addOtherServices(routes);
    addGateway(routes);
    this.byPath = routes.stream().collect(Collectors.toMap(Route::path, Function.identity()));
  }

  public Optional<Route> find(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  public Collection<Route> all() {
    return byPath.values();
  }

  private void addJobService(List<Route> routes) {
    reads(routes, Owner.JOB, "jobs", "list", "get", "debugReport", "events", "explain");
    routes.add(read(Owner.JOB, "jobs/wait").within(timeouts.waiting()).answering(Answer.LONG));
    routes.add(read(Owner.JOB, "jobs/watch").answering(Answer.STREAM));
    writes(routes, Owner.JOB, "jobs", "create", "cancel");
    reads(routes, Owner.JOB, "deployments", "sync", "list");
    routes.add(
        write(Owner.JOB, "deployments/create")
            .carrying(RpcLimits.MAX_UPLOAD_BYTES)
            .within(timeouts.upload())
            .answering(Answer.LONG));
    reads(routes, Owner.JOB, "workflows", "list", "get");
    writes(routes, Owner.JOB, "workflows", "delete");
    reads(routes, Owner.JOB, "credentials", "list");
    // Reading a secret takes the right to set one, and leaves a trace.
    writes(routes, Owner.JOB, "credentials", "create", "upsert", "get", "update", "delete");
  }

  private void addOtherServices(List<Route> routes) {
    reads(routes, Owner.LOG, "logs", "list");
    reads(routes, Owner.SCHEDULE, "schedules", "list", "get", "occurrences", "preview");
    writes(routes, Owner.SCHEDULE, "schedules", "create", "update", "delete", "trigger");
    reads(routes, Owner.CALLBACK, "webhooks", "list", "deliveries", "attempts");
    writes(
        routes,
        Owner.CALLBACK,
        "webhooks",
        "create",
        "update",
        "delete",
        "redeliver",
        "test",
        "rotateSecret");
  }

  private void addGateway(List<Route> routes) {
    reads(routes, Owner.GATEWAY, "browserProfiles", "list");
    writes(routes, Owner.GATEWAY, "browserProfiles", "ensure", "delete");
    reads(routes, Owner.GATEWAY, "tenant", "settings");
    reads(routes, Owner.GATEWAY, "telemetry", "recordCliEvent");
    reads(routes, Owner.GATEWAY, "recordings", "get");
    routes.add(operator("admin/tenants/create").withAudit());
    routes.add(operator("admin/tenants/list"));
    routes.add(operator("admin/tenants/suspend").withAudit());
    routes.add(operator("admin/tenants/resume").withAudit());
    routes.add(operator("admin/keys/issue").withAudit());
    routes.add(operator("admin/audit/list"));
    routes.add(route("/v1/admin/limits/get", Owner.JOB, Access.OPERATOR));
    routes.add(route("/v1/admin/limits/set", Owner.JOB, Access.OPERATOR).withAudit());
    routes.add(keyRoute("create").withAudit());
    routes.add(keyRoute("list").by("GET"));
    routes.add(keyRoute("delete").withAudit());
  }

  private void reads(List<Route> routes, Owner owner, String group, String... names) {
    for (String name : names) {
      routes.add(read(owner, group + "/" + name));
    }
  }

  private void writes(List<Route> routes, Owner owner, String group, String... names) {
    for (String name : names) {
      routes.add(write(owner, group + "/" + name));
    }
  }

  private Route read(Owner owner, String procedure) {
    return route("/v1/" + procedure, owner, Access.READ);
  }

  private Route write(Owner owner, String procedure) {
    return route("/v1/" + procedure, owner, Access.WRITE).withAudit();
  }

  private Route operator(String procedure) {
    return route("/v1/" + procedure, Owner.GATEWAY, Access.OPERATOR);
  }

  private Route keyRoute(String name) {
    return route("/api/auth/api-key/" + name, Owner.GATEWAY, Access.ADMIN).answering(Answer.PLAIN);
  }

  private Route route(String path, Owner owner, Access access) {
    return new Route(
        path,
        "POST",
        owner,
        access,
        RpcLimits.MAX_BODY_BYTES,
        timeouts.ordinary(),
        false,
        Answer.ENVELOPE);
  }
}

package io.impresario.schedule.definition;

import io.impresario.rpc.Ids;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.sealing.KeyRing;
import io.impresario.targets.TargetGuard;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes and changes schedules, each in one transaction. */
@ApplicationScoped
class ScheduleEditing {
  private final ScheduleStore store;
  private final WorkflowDirectory workflows;
  private final TargetGuard targets;
  private final KeyRing keys;
  private final Clock clock;
  private final Event<NextFireChanged> changed;

  ScheduleEditing(
      ScheduleStore store,
      WorkflowDirectory workflows,
      TargetGuard targets,
      KeyRing keys,
      Clock clock,
      Event<NextFireChanged> changed) {
    this.store = store;
    this.workflows = workflows;
    this.targets = targets;
    this.keys = keys;
    this.clock = clock;
    this.changed = changed;
  }

  Uni<Schedule> create(RpcRequest request) {
    Input input = request.input();
    ScheduleEdit edit = ScheduleEdit.ofCreate(input, targets);
    input.check();
    Schedule schedule = new Schedule(Ids.next(clock), request.caller().tenantId(), now());
    edit.applyTo(schedule, keys);
    return checkJobs(request, edit)
        .chain(() -> Panache.withTransaction(() -> insert(schedule)))
        .invoke(() -> changed.fire(new NextFireChanged()));
  }

  private Uni<Schedule> insert(Schedule schedule) {
    return store
        .requireRoom(schedule.tenantId())
        .chain(store::now)
        .invoke(schedule::planFrom)
        .chain(() -> store.persist(schedule));
  }

  Uni<Schedule> update(RpcRequest request) {
    Input input = request.input();
    UUID id = input.requiredUuid("id");
    ScheduleEdit edit = ScheduleEdit.ofUpdate(input, targets);
    input.check();
    UUID tenant = request.caller().tenantId();
    return checkJobs(request, edit)
        .chain(() -> Panache.withTransaction(() -> change(edit, tenant, id)))
        .invoke(() -> changed.fire(new NextFireChanged()));
  }

  private Uni<Schedule> change(ScheduleEdit edit, UUID tenant, UUID id) {
    return store
        .findForUpdate(tenant, id)
        .flatMap(found -> store.now().map(now -> apply(edit, found, now)));
  }

  /** Fire times are planned anew only when what decides on them has changed. */
  private Schedule apply(ScheduleEdit edit, @Nullable Schedule found, Instant databaseTime) {
    Schedule schedule = foundOr404(found);
    Schedule.When before = schedule.when();
    edit.applyTo(schedule, keys);
    if (!schedule.when().equals(before)) {
      schedule.planFrom(databaseTime);
    }
    schedule.touch(now());
    return schedule;
  }

  static Schedule foundOr404(@Nullable Schedule found) {
    if (found == null) {
      throw RpcException.notFound("Schedule not found");
    }
    return found;
  }

  private Uni<Void> checkJobs(RpcRequest request, ScheduleEdit edit) {
    return edit.workflow()
        .map(workflow -> workflows.check(request, workflow))
        .orElseGet(() -> Uni.createFrom().voidItem())
        .chain(
            () ->
                edit.asksForLocation()
                    ? workflows.checkLocation(request)
                    : Uni.createFrom().voidItem());
  }

  /** As exact as PostgreSQL keeps it, so that an answer equals what is read later. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}

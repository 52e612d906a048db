package io.impresario.duty;

import io.impresario.sql.DatabaseProbe;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * Whether this process does its duties. A duty that has had no success for too long makes it not
 * live, but only while what the duty needs answers: no restart helps against a database that is
 * away.
 */
@Liveness
@ApplicationScoped
class DutyLiveness implements AsyncHealthCheck {
  private final Duties duties;
  private final Supplier<Uni<Boolean>> database;
  private final Duration stuckAfter;

  DutyLiveness(Duties duties, DatabaseProbe database, DutyConfig config) {
    this(duties, database::answers, config.stuckAfter());
  }

  DutyLiveness(Duties duties, Supplier<Uni<Boolean>> database, Duration stuckAfter) {
    this.duties = duties;
    this.database = database;
    this.stuckAfter = stuckAfter;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    List<Duty> late = duties.all().stream().filter(this::isLate).toList();
    if (late.isEmpty()) {
      return Uni.createFrom().item(response(List.of()));
    }
    return Uni.join()
        .all(late.stream().map(this::excused).toList())
        .andFailFast()
        .map(
            excused ->
                response(late.stream().filter(duty -> !excused.get(late.indexOf(duty))).toList()));
  }

  private boolean isLate(Duty duty) {
    return duty.isOn()
        && duty.record().sinceSuccess().compareTo(stuckAfter.plus(duty.spec().every())) > 0;
  }

  /** Its time begins again when something that it needs is away. */
  private Uni<Boolean> excused(Duty duty) {
    return database
        .get()
        .flatMap(
            answers ->
                answers && duty.spec().dependencies().isPresent()
                    ? duty.spec().dependencies().get().get()
                    : Uni.createFrom().item(answers))
        .invoke(
            answer -> {
              if (!answer) {
                duty.record().begin();
              }
            })
        .map(answer -> !answer);
  }

  private static HealthCheckResponse response(List<Duty> stuck) {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("does its duties").status(stuck.isEmpty());
    stuck.forEach(
        duty ->
            response.withData(
                duty.spec().name(),
                "no success for " + duty.record().sinceSuccess().toSeconds() + " s"));
    return response.build();
  }
}

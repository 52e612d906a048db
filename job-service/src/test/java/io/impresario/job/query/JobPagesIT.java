package io.impresario.job.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * While jobs are made and end in parallel, a walk over the pages of a list meets no job twice,
 * meets each job that belonged to the list from before the walk until after it, and goes back in
 * time.
 */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class JobPagesIT {
  private static final int WALKS = 20;
  private static final long SEED = 20_260_724;

  /** Never runs: its jobs stay queued while others come and go. */
  private static final String PARKED = "echo-parked";

  private static final List<String> WORKFLOWS = List.of("echo-a", "nap-b", "throw-c", PARKED);
  private static final List<String> STATUSES =
      List.of("", "queued", "starting_browser", "running", "completed", "failed");

  private final JobApi api = new JobApi();

  private record Walk(String status, String workflow, int limit) {
    String input(String cursor) {
      return Stream.of(
              "\"limit\":" + limit,
              field("status", status),
              field("workflow", workflow),
              field("cursor", cursor))
          .filter(text -> !text.isEmpty())
          .collect(Collectors.joining(",", "{", "}"));
    }

    private static String field(String name, String value) {
      return value.isEmpty() ? "" : "\"" + name + "\":\"" + value + "\"";
    }
  }

  @Test
  void neitherSkipNorRepeatWhileJobsComeAndGo() throws Exception {
    JobTable.update(
        "INSERT INTO job_limits (tenant_id, workflow, max_running) VALUES (?, ?, 0)",
        api.tenant(),
        PARKED);
    for (int i = 0; i < 60; i++) {
      api.createWorkflow(WORKFLOWS.get(i % WORKFLOWS.size()));
    }
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService makers = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> made = new ArrayList<>();
      for (int maker = 0; maker < 2; maker++) {
        Random random = new Random(SEED + maker);
        made.add(makers.submit(() -> make(random, over)));
      }
      Random random = new Random(SEED);
      for (int i = 0; i < WALKS; i++) {
        walk(
            new Walk(
                STATUSES.get(random.nextInt(STATUSES.size())),
                random.nextBoolean() ? "" : WORKFLOWS.get(random.nextInt(WORKFLOWS.size())),
                3 + random.nextInt(40)),
            i);
      }
      over.set(true);
      for (Future<?> one : made) {
        one.get();
      }
    } finally {
      over.set(true);
      makers.shutdownNow();
    }
  }

  private void make(Random random, AtomicBoolean over) {
    for (int i = 0; i < 200 && !over.get(); i++) {
      api.createWorkflow(WORKFLOWS.get(random.nextInt(WORKFLOWS.size())));
    }
  }

  private void walk(Walk walk, int number) {
    String what = "seed " + SEED + " walk " + number + " " + walk;
    Set<String> before = belonging(walk);
    List<String> met = new ArrayList<>();
    List<String> times = new ArrayList<>();
    String cursor = "";
    do {
      JsonPath page = api.call("list", walk.input(cursor)).jsonPath();
      met.addAll(page.getList("json.jobs.job_id"));
      times.addAll(page.getList("json.jobs.created_at"));
      cursor = page.getString("json.next_cursor");
    } while (cursor != null);
    assertThat(met).as(what).doesNotHaveDuplicates();
    assertThat(times).as(what).isSortedAccordingTo((a, b) -> b.compareTo(a));
    Set<String> throughout = belonging(walk);
    throughout.retainAll(before);
    assertThat(met).as(what).containsAll(throughout);
  }

  private Set<String> belonging(Walk walk) {
    return new java.util.HashSet<>(
        JobTable.column(
            "SELECT id FROM jobs WHERE tenant_id = ? AND ? IN ('', status) AND ? IN ('', workflow)",
            api.tenant(),
            walk.status(),
            walk.workflow()));
  }
}

package io.impresario.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "job"))
class PageIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Rows 1 to $1, of $2 bytes each but for row $3, which has three times as many as a page. */
  private static final String ROWS =
      Page.bounded(
          """
          SELECT id, repeat('x', CASE id WHEN $3 THEN %d ELSE $2 END) AS body
            FROM generate_series(1, $1::integer) AS id
           WHERE id > $4::integer ORDER BY id LIMIT $5
          """
              .formatted(3 * Page.MAX_BYTES),
          "octet_length(body)",
          "id");

  @Inject Pool pool;

  @Test
  void endsAfterItsRows() {
    assertThat(Page.of(List.of(1, 2, 3), 2, String::valueOf))
        .isEqualTo(new Page<>(List.of(1, 2), "2"));
    assertThat(Page.of(List.of(1, 2), 2, String::valueOf))
        .isEqualTo(new Page<>(List.of(1, 2), null));
    assertThat(Page.of(List.<Integer>of(), 2, String::valueOf))
        .isEqualTo(new Page<>(List.of(), null));
    assertThat(page(10, 1, 0, 0, 4)).isEqualTo(new Page<>(List.of(1, 2, 3, 4), "4"));
    assertThat(page(4, 1, 0, 0, 4)).isEqualTo(new Page<>(List.of(1, 2, 3, 4), null));
    assertThat(page(0, 1, 0, 0, 4)).isEqualTo(new Page<>(List.of(), null));
  }

  @Test
  void endsAfterItsBytes() {
    int third = Page.MAX_BYTES / 3;
    assertThat(page(10, third, 0, 0, 200)).isEqualTo(new Page<>(List.of(1, 2, 3), "3"));
    assertThat(page(10, third, 0, 3, 200)).isEqualTo(new Page<>(List.of(4, 5, 6), "6"));
  }

  @Test
  void aRowThatIsLargerThanAPageGoesAlone() {
    assertThat(page(3, 10, 2, 0, 200)).isEqualTo(new Page<>(List.of(1), "1"));
    assertThat(page(3, 10, 2, 1, 200)).isEqualTo(new Page<>(List.of(2), "2"));
    assertThat(page(3, 10, 2, 2, 200)).isEqualTo(new Page<>(List.of(3), null));
  }

  @Test
  void pagesHoldEachRowOnce() {
    List<Integer> seen = new ArrayList<>();
    @Nullable String cursor = "0";
    while (cursor != null) {
      Page<Integer> page = page(40, Page.MAX_BYTES / 7, 20, Integer.parseInt(cursor), 9);
      seen.addAll(page.items());
      cursor = page.nextCursor();
    }
    assertThat(seen).isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList());
  }

  @Test
  void readsAndWritesTimesAndColumns() {
    Instant time = Instant.parse("2026-03-29T01:00:00.123456Z");
    RowSet<Row> rows =
        pool.preparedQuery(
                "SELECT id, $2::timestamptz AS at, NULL::timestamptz AS none FROM"
                    + " unnest($1::integer[]) AS id")
            .execute(
                Tuple.of(
                    Values.column(List.of("a", "bb"), Integer[]::new, String::length),
                    Values.utc(time)))
            .await()
            .atMost(LIMIT);
    assertThat(Rows.all(rows, row -> row.getInteger("id"))).containsExactly(1, 2);
    assertThat(Rows.first(rows, row -> Rows.instant(row, "at"))).contains(time);
    assertThat(Rows.instantOrNull(rows.iterator().next(), "none")).isNull();
    assertThat(Values.utcOrNull(null)).isNull();
    assertThat(Values.seconds(Duration.ofMillis(1500))).isEqualTo(1.5);
  }

  private Page<Integer> page(int rows, int bytes, int large, int after, int limit) {
    RowSet<Row> found =
        pool.preparedQuery(ROWS)
            .execute(Tuple.of(rows, bytes, large, after, limit + 1))
            .await()
            .atMost(LIMIT);
    return Page.ofBounded(found, limit, row -> row.getInteger("id"), String::valueOf);
  }
}

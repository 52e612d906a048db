package io.impresario.log.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.LogLevel;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PageTokenTest {
  private static final UUID TENANT = new UUID(1, 2);
  private static final LogQuery QUERY =
      new LogQuery(TENANT, null, "flow", LogLevel.WARN, Order.DESC);
  private static final Position POSITION =
      new Position(Instant.parse("2026-01-02T03:04:05.123456Z"), new UUID(3, -4), 42);

  private final String token = PageToken.encode(POSITION, QUERY);

  @Test
  void comesBackAsItWas() {
    assertThat(PageToken.decode(token, QUERY)).contains(POSITION);
  }

  @Test
  void everyDamageIsNoticed() {
    for (int i = 0; i < token.length(); i++) {
      for (char c : "A9_-".toCharArray()) {
        String damaged = token.substring(0, i) + c + token.substring(i + 1);
        if (!damaged.equals(token)) {
          assertThat(PageToken.decode(damaged, QUERY)).as(damaged).isEmpty();
        }
      }
      assertThat(PageToken.decode(token.substring(0, i), QUERY)).isEmpty();
    }
    assertThat(PageToken.decode(token + "A", QUERY)).isEmpty();
    assertThat(PageToken.decode(token + "=", QUERY)).isEmpty();
    assertThat(PageToken.decode("not base64!", QUERY)).isEmpty();
  }

  @Test
  void fitsOnlyTheQueryThatGaveIt() {
    UUID job = new UUID(5, 6);
    assertThat(PageToken.decode(token, new LogQuery(job, null, "flow", LogLevel.WARN, Order.DESC)))
        .isEmpty();
    assertThat(
            PageToken.decode(token, new LogQuery(TENANT, job, "flow", LogLevel.WARN, Order.DESC)))
        .isEmpty();
    assertThat(PageToken.decode(token, new LogQuery(TENANT, null, null, LogLevel.WARN, Order.DESC)))
        .isEmpty();
    assertThat(PageToken.decode(token, new LogQuery(TENANT, null, "flow", null, Order.DESC)))
        .isEmpty();
    assertThat(
            PageToken.decode(token, new LogQuery(TENANT, null, "flow", LogLevel.WARN, Order.ASC)))
        .isEmpty();
  }
}

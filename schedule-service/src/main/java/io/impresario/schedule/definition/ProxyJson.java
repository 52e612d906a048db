package io.impresario.schedule.definition;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.impresario.events.ResidentialProxy;

/** The stored and shown form of a proxy location: only the fields that were asked for. */
public final class ProxyJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  private ProxyJson() {}

  static String write(ResidentialProxy proxy) {
    try {
      return JSON.writeValueAsString(proxy);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of strings is always JSON", e);
    }
  }

  /**
   * @throws IllegalArgumentException when the text was not written by {@link #write}
   */
  public static ResidentialProxy read(String text) {
    try {
      return JSON.readValue(text, ResidentialProxy.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a stored residential proxy is unreadable", e);
    }
  }
}

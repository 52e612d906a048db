package io.impresario.events.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * A spec as the text of one JSON object, the form in which rows keep it and under which two specs
 * are compared: the same spec is always the same text. Keys are sorted and what is not asked for is
 * left out, so neither a moved nor a new component changes the text of an old spec. The sealed
 * secret is not in it: it differs each time it is sealed, and it is moved to newer keys in a column
 * of its own.
 */
public final class SpecDocument {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private SpecDocument() {}

  public static String write(JobSpec spec) {
    return text(spec.withSecretSealed(null));
  }

  public static String write(BrowserOptions options) {
    return text(options);
  }

  /**
   * @param secretSealed what the row keeps beside the document
   * @throws IllegalArgumentException when the text was not written by {@link #write}
   */
  public static JobSpec read(String document, @Nullable String secretSealed) {
    return value(document, JobSpec.class).withSecretSealed(secretSealed);
  }

  public static BrowserOptions readBrowser(String document) {
    return value(document, BrowserOptions.class);
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain values is always JSON", e);
    }
  }

  private static <T> T value(String document, Class<T> type) {
    try {
      return JSON.readValue(document, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a stored " + type.getSimpleName() + " is unreadable", e);
    }
  }
}

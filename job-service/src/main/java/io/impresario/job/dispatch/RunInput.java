package io.impresario.job.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/**
 * The handler's second argument: the params as the client wrote them, and the credentials that the
 * workflow declares under {@code credentials}. Put together as text, so that no number changes.
 */
final class RunInput {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RunInput() {}

  static String of(String params, Map<String, String> credentials) {
    if (credentials.isEmpty()) {
      return params;
    }
    String body = params.strip();
    String inside = body.substring(1, body.length() - 1).strip();
    // Last, because of two equal keys JavaScript takes the last: a client cannot put its own there.
    return "{"
        + inside
        + (inside.isEmpty() ? "" : ",")
        + "\"credentials\":"
        + json(credentials)
        + "}";
  }

  private static String json(Map<String, String> credentials) {
    try {
      return JSON.writeValueAsString(credentials);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are JSON", e);
    }
  }
}

package io.impresario.gateway.call;

import io.impresario.rpc.json.JsonValue;
import io.impresario.rpc.json.JsonValue.Kind;
import io.impresario.rpc.json.MalformedJsonException;
import io.impresario.rpc.json.StrictJson;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a request is about, from the fields that name things. Reads small bodies only, and no
 * other field: values may be secrets.
 */
public final class AuditSubject {
  /** Inputs are smaller unless they carry bulk data, and then the name is not worth parsing it. */
  private static final int MAX_BYTES = 16 << 10;

  private static final int MAX_CHARACTERS = 200;
  private static final List<String> NAMING =
      List.of("id", "name", "workflow", "keyId", "tenant_id", "delivery_id");

  private final Buffer seen = Buffer.buffer();
  private boolean tooLarge;

  public void add(Buffer part) {
    if (seen.length() + part.length() > MAX_BYTES) {
      tooLarge = true;
    } else if (!tooLarge) {
      seen.appendBuffer(part);
    }
  }

  /** Such as {@code name=prices}; null when the input names nothing. */
  public @Nullable String text() {
    if (tooLarge || seen.length() == 0) {
      return null;
    }
    try {
      JsonValue body = StrictJson.parse(seen.getBytes());
      return body.kind() == Kind.OBJECT ? naming(body) : null;
    } catch (MalformedJsonException malformed) {
      return null;
    }
  }

  private static @Nullable String naming(JsonValue body) {
    JsonValue input = body.members().get("json");
    Map<String, JsonValue> fields =
        input != null && input.kind() == Kind.OBJECT ? input.members() : body.members();
    for (String field : NAMING) {
      JsonValue value = fields.get(field);
      if (value != null && value.kind() == Kind.STRING) {
        String text = field + "=" + value.text();
        return text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) : text;
      }
    }
    return null;
  }
}

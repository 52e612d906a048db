package io.impresario.rpc;

import io.impresario.rpc.json.JsonValue;
import io.impresario.rpc.json.JsonValue.Kind;
import io.impresario.rpc.json.MalformedJsonException;
import io.impresario.rpc.json.MetaDecoder;
import io.impresario.rpc.json.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * From the bytes of a request to its input value. No body, no {@code json} and undefined are no
 * input.
 */
final class RequestBody {
  private RequestBody() {}

  static @Nullable JsonValue enveloped(byte[] body) {
    if (body.length == 0) {
      return null;
    }
    try {
      return decode(StrictJson.parse(body));
    } catch (MalformedJsonException malformed) {
      throw RpcException.malformed();
    }
  }

  static @Nullable JsonValue plain(byte[] body) {
    if (body.length == 0) {
      return null;
    }
    try {
      JsonValue value = StrictJson.parse(body);
      requireObject(value);
      return value;
    } catch (MalformedJsonException malformed) {
      throw RpcException.malformed();
    }
  }

  private static @Nullable JsonValue decode(JsonValue body) {
    requireObject(body);
    JsonValue json = body.members().get("json");
    JsonValue meta = body.members().get("meta");
    return meta == null || meta.kind() == Kind.NULL ? json : MetaDecoder.apply(json, meta);
  }

  private static void requireObject(JsonValue body) {
    if (body.kind() != Kind.OBJECT) {
      throw new MalformedJsonException("the body is not an object");
    }
  }
}

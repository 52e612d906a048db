package io.impresario.rpc;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request that ends in an error envelope, with everything that its client will see. One factory
 * for each row of the error table in docs/api/envelope.md; nothing else makes an error of the
 * public API.
 */
public final class RpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final String MALFORMED_MESSAGE =
      "Malformed request. Ensure the request body is properly formatted and the 'Content-Type'"
          + " header is set correctly.";

  private final int status;
  private final String code;
  private final transient Map<String, Object> data;
  private final transient Map<String, String> headers;

  private RpcException(
      int status,
      String code,
      String message,
      Map<String, Object> data,
      Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.data = data;
    this.headers = headers;
  }

  public static RpcException malformed() {
    return plain(400, "BAD_REQUEST", MALFORMED_MESSAGE, Map.of());
  }

  public static RpcException validation(List<Issue> issues) {
    return plain(
        400, "BAD_REQUEST", "Input validation failed", Map.of("issues", List.copyOf(issues)));
  }

  public static RpcException unauthorized() {
    return plain(401, "UNAUTHORIZED", "A valid API key is required", Map.of());
  }

  public static RpcException forbidden(String scope) {
    return plain(
        403,
        "FORBIDDEN",
        "This API key lacks the scope '" + scope + "'",
        Map.of("required_scope", scope));
  }

  public static RpcException notFound(String message) {
    return plain(404, "NOT_FOUND", message, Map.of());
  }

  /**
   * @param reason a stable slug
   */
  public static RpcException notFound(String message, String reason) {
    return plain(404, "NOT_FOUND", message, Map.of("reason", reason));
  }

  public static RpcException methodNotSupported() {
    return methodNotSupported("POST");
  }

  /**
   * @param allowed the only method that the path takes
   */
  public static RpcException methodNotSupported(String allowed) {
    return new RpcException(
        405,
        "METHOD_NOT_SUPPORTED",
        "This path is called with " + allowed,
        Map.of(),
        Map.of("Allow", allowed));
  }

  /**
   * @param reason a stable slug
   */
  public static RpcException conflict(String reason, String message) {
    return conflict(reason, message, Map.of());
  }

  /**
   * @param data what stands beside {@code reason} in the error's data
   */
  public static RpcException conflict(String reason, String message, Map<String, ?> data) {
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("reason", reason);
    whole.putAll(data);
    return plain(409, "CONFLICT", message, whole);
  }

  public static RpcException payloadTooLarge(long limitBytes) {
    return plain(
        413,
        "PAYLOAD_TOO_LARGE",
        "The request body is larger than " + limitBytes + " bytes",
        Map.of("limit_bytes", limitBytes));
  }

  public static RpcException unsupportedMediaType() {
    return plain(
        415, "UNSUPPORTED_MEDIA_TYPE", "The content type must be application/json", Map.of());
  }

  public static RpcException unsupportedEncoding() {
    return new RpcException(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "The body must be sent without a content encoding",
        Map.of(),
        Map.of("Accept-Encoding", "identity"));
  }

  public static RpcException uriTooLong(long limitBytes) {
    return plain(
        414,
        "URI_TOO_LONG",
        "The request line is longer than " + limitBytes + " bytes",
        Map.of("limit_bytes", limitBytes));
  }

  public static RpcException headersTooLarge(long limitBytes) {
    return plain(
        431,
        "REQUEST_HEADER_FIELDS_TOO_LARGE",
        "The request headers are larger than " + limitBytes + " bytes",
        Map.of("limit_bytes", limitBytes));
  }

  /**
   * @param limitName which limit was met, as the operator's configuration names it
   */
  public static RpcException tooManyRequests(
      String message, String limitName, Duration retryAfter) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("retry_after_seconds", seconds(retryAfter));
    data.put("limit", limitName);
    return retryable(429, "TOO_MANY_REQUESTS", message, data, retryAfter);
  }

  /** A bug. The cause is logged by whoever maps it; the client learns nothing of it. */
  public static RpcException internal() {
    return plain(500, "INTERNAL_SERVER_ERROR", "Internal server error", Map.of());
  }

  public static RpcException unavailable(String message, Duration retryAfter) {
    return retryable(503, "SERVICE_UNAVAILABLE", message, Map.of(), retryAfter);
  }

  public static RpcException timeout(String message) {
    return retryable(504, "GATEWAY_TIMEOUT", message, Map.of(), Duration.ofSeconds(5));
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public Map<String, Object> data() {
    return data;
  }

  /** Response headers that belong to this error. */
  public Map<String, String> headers() {
    return headers;
  }

  private static RpcException plain(
      int status, String code, String message, Map<String, Object> data) {
    return new RpcException(status, code, message, data, Map.of());
  }

  private static RpcException retryable(
      int status, String code, String message, Map<String, Object> data, Duration retryAfter) {
    return new RpcException(
        status, code, message, data, Map.of("Retry-After", Long.toString(seconds(retryAfter))));
  }

  /**
   * Whole seconds, rounded up, at least one: a client that waits so long is not sent away again.
   */
  private static long seconds(Duration duration) {
    return Math.max(1, (duration.toMillis() + 999) / 1000);
  }
}

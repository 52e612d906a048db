package io.impresario.rpc.json;

/**
 * The bytes are not the strict JSON that the API takes, or their {@code meta} does not fit them.
 */
public final class MalformedJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedJsonException(String reason) {
    super(reason, null, false, false);
  }
}

package io.impresario.rpc.http;

/** Sizes that hold on every route (docs/api/envelope.md). */
public final class RpcLimits {
  /** Every procedure but deployments/create. */
  public static final long MAX_BODY_BYTES = 2L << 20;

  /** deployments/create: a bundle's tarball in base64. */
  public static final long MAX_UPLOAD_BYTES = 64L << 20;

  private RpcLimits() {}
}

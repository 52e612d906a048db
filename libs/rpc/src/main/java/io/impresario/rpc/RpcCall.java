package io.impresario.rpc;

import org.jspecify.annotations.Nullable;

/** One call of a procedure: who calls, and what its log lines and events carry on. */
public sealed interface RpcCall permits RpcRequest, RpcUpload {
  Caller caller();

  String requestId();

  @Nullable String traceparent();
}

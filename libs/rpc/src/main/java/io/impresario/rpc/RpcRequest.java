package io.impresario.rpc;

import org.jspecify.annotations.Nullable;

/** One call of a procedure: who calls, under which request id, and the decoded input. */
public record RpcRequest(
    Caller caller, String requestId, @Nullable String traceparent, Input input) {}

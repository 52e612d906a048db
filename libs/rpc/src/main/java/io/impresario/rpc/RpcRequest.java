package io.impresario.rpc;

import org.jspecify.annotations.Nullable;

/** A call whose body was read as a whole: its decoded input. */
public record RpcRequest(Caller caller, String requestId, @Nullable String traceparent, Input input)
    implements RpcCall {}

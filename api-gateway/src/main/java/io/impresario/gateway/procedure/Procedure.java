package io.impresario.gateway.procedure;

import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** One procedure that the gateway answers itself. Its answer is written by Jackson. */
@FunctionalInterface
public interface Procedure {
  Uni<? extends @Nullable Object> call(Call call);

  /**
   * @param caller null under the operator's key
   */
  record Call(@Nullable Caller caller, Input input) {
    /** The caller of a procedure that takes an API key. */
    public Caller tenantCaller() {
      if (caller == null) {
        throw new IllegalStateException("this procedure is routed without an API key");
      }
      return caller;
    }
  }
}

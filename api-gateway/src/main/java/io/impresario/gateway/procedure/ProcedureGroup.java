package io.impresario.gateway.procedure;

import java.util.Map;

/** What one feature answers, by path. */
public interface ProcedureGroup {
  Map<String, Procedure> procedures();
}

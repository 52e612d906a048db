package io.impresario.gateway.route;

/** What a caller must show: an API key with a scope, or the operator's key. */
public enum Access {
  READ("read"),
  WRITE("write"),
  ADMIN("admin"),
  OPERATOR("operator");

  private final String scope;

  Access(String scope) {
    this.scope = scope;
  }

  public String scope() {
    return scope;
  }
}

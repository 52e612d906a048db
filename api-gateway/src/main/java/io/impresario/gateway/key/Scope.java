package io.impresario.gateway.key;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a key may do: read, change what its tenant owns, manage its tenant's keys. None implies
 * another.
 */
public enum Scope {
  READ,
  WRITE,
  ADMIN;

  /** The scopes of a key that names none. */
  public static final List<String> ALL = Arrays.stream(values()).map(Scope::wireName).toList();

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

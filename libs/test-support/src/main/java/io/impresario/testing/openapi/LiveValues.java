package io.impresario.testing.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What the system under test knows and a schema cannot: ids and names of things that are there. */
@FunctionalInterface
public interface LiveValues {
  /** Empty when the schema alone decides. */
  Optional<JsonNode> value(Operation operation, String property);
}

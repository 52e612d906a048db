/**
 * Reads docs/api/openapi.yaml and judges JSON by its schemas. It knows the document, not who serves
 * it.
 */
@NullMarked
package io.impresario.testing.openapi;

import org.jspecify.annotations.NullMarked;
